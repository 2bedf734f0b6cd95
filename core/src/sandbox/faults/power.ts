import { fail } from '../../fs/index.ts';
import { Cell, type Recorder } from '../../timeline/index.ts';
import { type ArmedFaults, type Fault, type FaultStep, arm, count } from './fault.ts';

/** What every call gets that the power cut short, and every one after it. Nothing more is changed. */
export class PowerCutError extends Error {
  constructor() {
    super('the power was cut');
    this.name = 'PowerCutError';
  }
}

/** One run of a machine, from its start to its end. */
export interface Power {
  readonly on: boolean;
  /** The change during which it went; `undefined` also when it went between two commands. */
  readonly during: (FaultStep & { readonly when: 'before' | 'after' }) | undefined;
  cut(): void;
  /**
   * To be asked before every change. Throws what the change shall throw; what it answers is to be called after it.
   * Throws `PowerCutError` when the power is off.
   */
  step(step: FaultStep): void | (() => void);
}

/** The faults of a machine, which outlive its runs. */
export interface FaultControl {
  arm(fault: Fault): void;
  /** Those that have not happened yet. */
  readonly armed: ArmedFaults;
  /** Changes so far, by where they were made. */
  readonly counts: Readonly<Record<FaultStep['on'], number>>;
  /** Another run. */
  start(): Power;
}

const NONE: FaultControl['counts'] = { kernel: 0, disk: 0, store: 0 };

export const createFaultControl = (recorder: Recorder | undefined): FaultControl => {
  const armed = new Cell<ArmedFaults>(recorder, []);
  const counts = new Cell(recorder, NONE);
  return {
    arm: (fault) => {
      armed.value = arm(armed.value, fault);
    },
    get armed() {
      return armed.value;
    },
    get counts() {
      return counts.value;
    },
    start: () => createPower(recorder, armed, counts),
  };
};

const createPower = (
  recorder: Recorder | undefined,
  armed: Cell<ArmedFaults>,
  counts: Cell<FaultControl['counts']>,
): Power => {
  const off = new Cell<{ readonly during: Power['during'] } | undefined>(recorder, undefined);
  const cut = (during?: Power['during']): never => {
    off.value = { during };
    throw new PowerCutError();
  };
  return {
    get on() {
      return off.value === undefined;
    },
    get during() {
      return off.value?.during;
    },
    cut: () => {
      off.value = { during: undefined };
    },
    step: (step) => {
      if (off.value !== undefined) throw new PowerCutError();
      counts.value = { ...counts.value, [step.on]: counts.value[step.on] + 1 };
      const next = count(armed.value, step);
      if (next.armed !== armed.value) armed.value = next.armed;
      const { due } = next;
      if (due === undefined) return undefined;
      if (due.effect !== 'crash') return fail(due.effect, step.path);
      if (due.when === 'after') return () => cut({ ...step, when: 'after' });
      return cut({ ...step, when: 'before' });
    },
  };
};
