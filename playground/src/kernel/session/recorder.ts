/** Turns the events of a command into the calls it is made of. */
import type { OverlayEvent } from '@layerscope/core/overlay';
import type { CollectionStep, HistoryEvent, SandboxEvent } from '@layerscope/core/sandbox';
import type { Refusal } from '../machine-values.ts';
import { recognizeRefusal } from '../observe/chart.ts';
import type { Call, Effect } from '../values.ts';

/** Upper directories by mount point: overlays tell where they are mounted, a story is about where things lie. */
export type Uppers = ReadonlyMap<string, string>;

type KernelEvent = Extract<SandboxEvent, { readonly type: 'kernel' }>['event'];

const effectOf = (event: OverlayEvent, upper: string): Effect | undefined => {
  if (event.type === 'kernel-log') return undefined;
  const { type: what, path, call, rule } = event;
  return { what, upper, path, call, rule, bytes: event.type === 'copy-up' ? event.bytes : 0 };
};

/** `name=value` for what an event tells beside its type. */
const fieldsOf = (event: object): readonly string[] =>
  Object.entries(event)
    .filter(([name]) => name !== 'type')
    .map(([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`);

const failed = (error: string | undefined): { readonly error?: string } => (error === undefined ? {} : { error });

/** A call of the contract that was refused, with the row of the machine that did. */
const refused = (error: string | undefined): { readonly error?: string; readonly refusal?: Refusal } => {
  const refusal = error === undefined ? undefined : recognizeRefusal(error);
  return { ...failed(error), ...(refusal === undefined ? {} : { refusal }) };
};

type Marked = Extract<CollectionStep, { readonly step: 'mark' }>['reference'];

const resourceText = ({ type, key }: Marked['to']): string => `${type} ${key}`;

/** What a step of a collection is about; of what is kept: by whom, and the reason last. */
const stepArgs = (step: CollectionStep): readonly string[] => {
  if (step.step === 'mark') {
    const { from, to, because } = step.reference;
    return [resourceText(to), ...(from === undefined ? [] : ['←', resourceText(from)]), `(${because})`];
  }
  return Object.entries(step).flatMap(([name, value]) =>
    name === 'step' ? [] : typeof value === 'object' ? [value.type, value.key] : [String(value)],
  );
};

const kernelCall = (done: KernelEvent, uppers: Uppers): Call | undefined => {
  switch (done.type) {
    case 'disk':
      return { floor: 'disk', name: done.call, args: done.to === undefined ? [done.path] : [done.path, done.to] };
    case 'overlay': {
      const effect = effectOf(done.event, uppers.get(done.target) ?? done.target);
      return effect && { floor: 'overlay', name: effect.what, args: [effect.path], effect };
    }
    case 'mount': {
      const lines = done.mounts.map(({ type, source, options }) => `${type} ${source} ${options.join(',')}`);
      return { floor: 'kernel', name: 'mount', args: [done.target, ...lines] };
    }
    case 'system-call': {
      const { call: name, args, result, error } = done;
      return { floor: 'system', name, args, ...failed(error), ...(result === undefined ? {} : { result }) };
    }
    case 'unmount':
      return { floor: 'kernel', name: 'unmount', args: [done.target] };
    case 'kernel-log':
      return { floor: 'kernel', name: 'log', args: [done.line] };
  }
};

const callOf = (event: HistoryEvent, uppers: Uppers): Call | undefined => {
  switch (event.type) {
    case 'snapshot-call':
      return { floor: 'snapshotter', name: event.method, args: event.args, ...refused(event.error) };
    case 'backend-call':
      return { floor: 'backend', name: event.method, args: event.args, ...failed(event.error) };
    case 'collection':
      return { floor: 'collection', name: event.step.step, args: stepArgs(event.step) };
    case 'containerd':
      return { floor: 'event', name: event.topic, args: fieldsOf(event.event) };
    case 'image':
      return { floor: 'image', name: event.event.type, args: fieldsOf(event.event) };
    case 'kernel':
      return kernelCall(event.event, uppers);
    case 'lost':
      return { floor: 'machine', name: 'lost', args: event.mounts.map(({ target }) => target) };
    default:
      return { floor: 'machine', name: event.type, args: fieldsOf(event) };
  }
};

/**
 * Where a system call stands that is told now: it is told when it is answered, so what overlays did last was its doing.
 */
const firstEffect = (calls: readonly Call[]): number => {
  let at = calls.length;
  while (calls[at - 1]?.floor === 'overlay') at -= 1;
  return at;
};

/** The calls of a command in order, and the upper directories known after it. */
export const callsOf = (
  events: readonly HistoryEvent[],
  before: Uppers,
): { readonly calls: readonly Call[]; readonly uppers: Uppers } => {
  const uppers = new Map(before);
  const calls: Call[] = [];
  for (const event of events) {
    if (event.type === 'kernel' && event.event.type === 'mount') {
      const { target, mounts } = event.event;
      const option = mounts.flatMap(({ options }) => options).find((each) => each.startsWith('upperdir='));
      if (option !== undefined) uppers.set(target, option.slice('upperdir='.length));
    }
    const call = callOf(event, uppers);
    if (call?.floor === 'system') calls.splice(firstEffect(calls), 0, call);
    else if (call !== undefined) calls.push(call);
  }
  return { calls, uppers };
};
