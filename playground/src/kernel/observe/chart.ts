/** Reads the lifecycle machine's definition: nothing about it is written down twice. */
import {
  classText,
  lifecycle,
  MESSAGES,
  type EntityState,
  type LifecycleMeta,
  type Reason,
} from '@layerscope/core/snapshots';
import type { MachineChart, Refusal, Transition } from '../machine-values.ts';

interface Definition {
  readonly target?: string;
  readonly guard?: string;
  readonly description?: string;
  readonly meta?: LifecycleMeta;
}

const refusalOf = (reason: Reason, guard: string | undefined): Refusal => {
  const { code, text, advice } = MESSAGES[reason];
  const words = classText(code, text.replaceAll('|q}', '}'));
  return { ...(guard === undefined ? {} : { guard }), reason, code, text: words, advice };
};

const transitionOf = (from: EntityState, event: string, definition: Definition): Transition => {
  const { target, guard, description = '', meta } = definition;
  const refused = meta?.refusal;
  return {
    event,
    from,
    description,
    ...(target === undefined ? {} : { to: target as EntityState }),
    ...(refused === undefined ? {} : { refusal: refusalOf(refused, guard) }),
  };
};

export const machineChart = (): MachineChart => {
  const states = Object.entries(lifecycle.config.states ?? {}) as readonly (readonly [
    EntityState,
    { readonly description?: string; readonly on?: Readonly<Record<string, Definition | readonly Definition[]>> },
  ])[];
  return {
    states: states.map(([name, { description = '' }]) => ({ name, description })),
    transitions: states.flatMap(([from, { on = {} }]) =>
      Object.entries(on).flatMap(([event, given]) =>
        [given].flat().map((definition) => transitionOf(from, event, definition as Definition)),
      ),
    ),
  };
};

/** Which row of the message table an error's text was made from. */
export const recognizeRefusal = (error: string): Refusal | undefined => {
  for (const transition of machineChart().transitions) {
    const { refusal } = transition;
    if (refusal === undefined) continue;
    const pattern = refusal.text
      .split(/\{\w+\}/)
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
      .join('.*');
    if (new RegExp(`${pattern}$`).test(error)) return refusal;
  }
  return undefined;
};
