/**
 * Programs of tasks between two turns. A program goes on until all of it waits; then it is parked, and the node does
 * something else. It goes on when its time has come on the node's clock, when there is input, or when it gets a signal:
 * never by itself, so that the same commands give the same state.
 *
 *   go() ─▶ works ─▶ all of it sleeps or waits ─▶ parked until `due` ─▶ go() ─▶ … ─▶ ended
 */
import type { Nanoseconds } from '../../../fs/index.ts';
import type { Idle, Output, RunControl, RunOptions, RunResult } from '../../../shell/index.ts';
import { Cell, type Recorder } from '../../../timeline/index.ts';
import type { NodeClock } from '../../node/clock.ts';

/** As much as a pipe holds: a program that nobody listens to waits when it has written this. */
const CAPACITY = 65_536;

const SIGKILL = 9;

interface Written {
  readonly to: 'stdout' | 'stderr';
  readonly bytes: Uint8Array;
}

/** Where a program's output goes while somebody is attached. */
export type Listener = Required<Pick<RunOptions, 'stdout' | 'stderr'>>;

export class RunningProgram {
  /** The node's time at which it goes on; `undefined` = it waits for something else. */
  due: Nanoseconds | undefined;
  result: RunResult | undefined;
  /** What it failed with that no program sees: the power went. */
  failure: unknown;
  control: RunControl | undefined;
  readonly #clock: Pick<NodeClock, 'now'>;
  readonly #unread: Cell<readonly Written[]>;
  readonly #input: Cell<readonly Uint8Array[]>;
  readonly #inputEnded: Cell<boolean>;
  #listener: Listener | undefined;
  #isKilled = false;
  #resume: (() => void) | undefined;
  #arrived: () => void = () => {};

  constructor(clock: Pick<NodeClock, 'now'>, recorder: Recorder | undefined, inputEnded: boolean) {
    this.#clock = clock;
    this.#unread = new Cell<readonly Written[]>(recorder, []);
    this.#input = new Cell<readonly Uint8Array[]>(recorder, []);
    this.#inputEnded = new Cell(recorder, inputEnded);
  }

  get hasEnded(): boolean {
    return this.result !== undefined || this.failure !== undefined;
  }

  readonly idle: Idle = {
    pass: async (duration) => {
      const parked = this.#clock.now();
      await this.#park(parked + duration);
      return this.#clock.now() - parked;
    },
    stall: () => this.#park(undefined),
  };

  /** What runs without anybody attached reads and writes. */
  readonly streams: Pick<RunOptions, 'stdin' | 'stdout' | 'stderr' | 'collects' | 'onStart'> = {
    stdin: {
      waits: true,
      ready: () => this.#input.value.length > 0 || this.#inputEnded.value,
      read: (into) => this.#read(into),
    },
    stdout: this.#output('stdout'),
    stderr: this.#output('stderr'),
    collects: false,
    onStart: (control) => {
      this.control = control;
    },
  };

  /** Starts `body`, as far as it goes without waiting. */
  async begin(body: () => Promise<RunResult>): Promise<void> {
    await this.#until(() => {
      body().then(
        (result) => {
          this.result = result;
          this.#arrived();
        },
        (error: unknown) => {
          this.failure = error;
          this.#arrived();
        },
      );
    });
  }

  /** Goes on until it waits again, or has ended. */
  async go(): Promise<void> {
    const resume = this.#resume;
    this.#resume = undefined;
    if (resume !== undefined) await this.#until(resume);
  }

  /** What was written while nobody listened, then what comes; `undefined` = nobody listens any more. */
  listen(listener: Listener | undefined): void {
    this.#listener = listener;
    if (listener === undefined) return;
    for (const { to, bytes } of this.#unread.value) listener[to].write(bytes);
    this.#unread.value = [];
  }

  /** SIGKILL to all of it. It ends when it goes on. */
  kill(): void {
    this.#isKilled = true;
    for (const { pid } of this.control?.processes() ?? []) this.control?.kill(pid, SIGKILL);
  }

  /** Bytes for its stdin, and after them its end. */
  feed(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#input.value = [...this.#input.value, bytes];
    this.#inputEnded.value = true;
  }

  async #until(start: () => void): Promise<void> {
    await new Promise<void>((arrived) => {
      this.#arrived = arrived;
      start();
    });
  }

  async #park(due: Nanoseconds | undefined): Promise<void> {
    this.due = due;
    await new Promise<void>((resume) => {
      this.#resume = resume;
      this.#arrived();
    });
  }

  #read(into: Uint8Array): number {
    const [first, ...rest] = this.#input.value;
    if (first === undefined) return 0;
    const count = Math.min(first.length, into.length);
    into.set(first.subarray(0, count));
    this.#input.value = count === first.length ? rest : [first.subarray(count), ...rest];
    return count;
  }

  #output(to: Written['to']): Output {
    const hasRoom = (): boolean =>
      this.#isKilled ||
      this.#listener !== undefined ||
      this.#unread.value.reduce((sum, { bytes }) => sum + bytes.length, 0) < CAPACITY;
    return {
      write: (bytes) => {
        if (this.#listener === undefined) this.#unread.value = [...this.#unread.value, { to, bytes: bytes.slice() }];
        else this.#listener[to].write(bytes);
      },
      drain: () => {
        if (hasRoom()) return undefined;
        return this.#waitFor(hasRoom);
      },
    };
  }

  async #waitFor(ready: () => boolean): Promise<void> {
    while (!ready()) await this.#park(undefined);
  }
}

interface Turn {
  readonly program: RunningProgram;
  readonly turn: number;
}

/**
 * The programs of a node by namespace, task and exec. What a program is in the midst of cannot be taken back with the
 * rest of the state: each of its turns has a number, and one that has gone on since is out of date (`isStale`).
 */
export class RunningPrograms {
  readonly #turns: Cell<ReadonlyMap<string, Turn>>;
  readonly #last = new WeakMap<RunningProgram, number>();
  readonly recorder: Recorder | undefined;
  #count = 0;

  constructor(recorder: Recorder | undefined) {
    this.recorder = recorder;
    this.#turns = new Cell<ReadonlyMap<string, Turn>>(recorder, new Map());
  }

  get(key: string): RunningProgram | undefined {
    return this.#turns.value.get(key)?.program;
  }

  /** To be called whenever it has gone on. */
  put(key: string, program: RunningProgram): void {
    this.#count += 1;
    this.#last.set(program, this.#count);
    this.#turns.value = new Map([...this.#turns.value, [key, { program, turn: this.#count }]]);
  }

  /** SIGKILL to everything that runs. What is in the midst of its turn comes to its end by itself. */
  killAll(): void {
    for (const { program } of this.#turns.value.values()) program.kill();
  }

  delete(key: string): void {
    // It has come to its end, which cannot be taken back either.
    const ended = this.get(key);
    this.#count += 1;
    if (ended !== undefined) this.#last.set(ended, this.#count);
    this.#turns.value = new Map([...this.#turns.value].filter(([each]) => each !== key));
  }

  /** Whether the state was taken back to before something that a program has done, and it must be run again to go on. */
  get isStale(): boolean {
    return [...this.#turns.value.values()].some(({ program, turn }) => this.#last.get(program) !== turn);
  }
}
