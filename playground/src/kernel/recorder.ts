/**
 * Turns the sandbox's events into the calls of the command that is running, and keeps what overlays did to each upper
 * directory, so that every path can tell why it is there.
 */
import type { OverlayEvent } from '@layerscope/core/overlay';
import type { SandboxEvent } from '@layerscope/core/sandbox';
import type { Call, Effect } from './values.ts';

export interface Recorder {
  /** Hears every event of the sandbox. */
  readonly listen: (event: SandboxEvent) => void;
  /** The calls since the last time it was asked. */
  take(): readonly Call[];
  /** Everything overlays did to an upper directory on the machine's disk, oldest first. */
  effectsOn(upper: string): readonly Effect[];
}

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

export const createRecorder = (): Recorder => {
  let calls: Call[] = [];
  const effects = new Map<string, Effect[]>();
  /** Upper directory by mount point. */
  const uppers = new Map<string, string>();

  const kernelCall = (done: KernelEvent): Call | undefined => {
    switch (done.type) {
      case 'disk':
        return { floor: 'disk', name: done.call, args: done.to === undefined ? [done.path] : [done.path, done.to] };
      case 'overlay': {
        const effect = effectOf(done.event, uppers.get(done.target) ?? done.target);
        if (effect === undefined) return undefined;
        effects.set(effect.upper, [...(effects.get(effect.upper) ?? []), effect]);
        return { floor: 'overlay', name: effect.what, args: [effect.path], effect };
      }
      case 'mount': {
        const option = done.mounts.flatMap(({ options }) => options).find((each) => each.startsWith('upperdir='));
        if (option !== undefined) uppers.set(done.target, option.slice('upperdir='.length));
        const lines = done.mounts.map(({ type, source, options }) => `${type} ${source} ${options.join(',')}`);
        return { floor: 'kernel', name: 'mount', args: [done.target, ...lines] };
      }
      case 'unmount':
        return { floor: 'kernel', name: 'unmount', args: [done.target] };
      case 'kernel-log':
        return { floor: 'kernel', name: 'log', args: [done.line] };
    }
  };

  const callOf = (event: SandboxEvent): Call | undefined => {
    switch (event.type) {
      case 'snapshot-call':
        return { floor: 'snapshotter', name: event.method, args: event.args, ...failed(event.error) };
      case 'backend-call':
        return { floor: 'backend', name: event.method, args: event.args, ...failed(event.error) };
      case 'containerd':
        return { floor: 'event', name: event.topic, args: fieldsOf(event.event) };
      case 'image':
        return event.event.type === 'layer-progress'
          ? undefined
          : { floor: 'image', name: event.event.type, args: fieldsOf(event.event) };
      case 'kernel':
        return kernelCall(event.event);
    }
  };

  return {
    listen: (event) => {
      const call = callOf(event);
      if (call !== undefined) calls.push(call);
    },
    take: () => {
      const taken = calls;
      calls = [];
      return taken;
    },
    effectsOn: (upper) => effects.get(upper) ?? [],
  };
};
