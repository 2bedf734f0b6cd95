/**
 * Turns the sandbox's events into the calls of the command that is running, and remembers in which directory each
 * snapshot keeps its files: a snapshotter renames its finished directory into place before its call is answered.
 */
import type { SandboxEvent } from '@layerscope/core/sandbox';
import type { OverlayEvent } from '@layerscope/core/overlay';
import type { Call, Effect } from './values.ts';

export interface Recorder {
  /** Hears every event of the sandbox. */
  readonly listen: (event: SandboxEvent) => void;
  /** The calls since the last time it was asked. */
  take(): readonly Call[];
  /** Everything overlays did to the upper directory of `key`, oldest first. */
  effectsOn(key: string): readonly Effect[];
  /** The snapshotter's directory of a snapshot. */
  directoryOf(key: string): string | undefined;
  /** Names the snapshot that is mounted at `target`. */
  mounted(target: string, key: string): void;
}

const effectOf = (event: OverlayEvent, key: string): Effect | undefined => {
  if (event.type === 'kernel-log') return undefined;
  const { type: what, path, call, rule } = event;
  return { what, key, path, call, rule, bytes: event.type === 'copy-up' ? event.bytes : 0 };
};

const imageArgs = (event: object): readonly string[] =>
  Object.entries(event)
    .filter(([name]) => name !== 'type')
    .map(([name, value]) => `${name}=${String(value)}`);

export const createRecorder = (): Recorder => {
  let calls: Call[] = [];
  const effects = new Map<string, Effect[]>();
  const directories = new Map<string, string>();
  const mounts = new Map<string, string>();
  let renamed = '';

  const snapshotCall = (method: string, args: readonly string[]): void => {
    const [first = '', second = ''] = args;
    if (method === 'prepare' || method === 'view') directories.set(first, renamed);
    if (method === 'remove') directories.delete(first);
    if (method !== 'commit') return;
    directories.set(first, directories.get(second) ?? '');
    directories.delete(second);
    effects.set(first, effects.get(second) ?? []);
    effects.delete(second);
  };

  return {
    listen: (event) => {
      if (event.type === 'snapshot-call') {
        const { method, args, error } = event;
        if (error === undefined) snapshotCall(method, args);
        calls.push({ floor: 'snapshotter', name: method, args, ...(error === undefined ? {} : { error }) });
        return;
      }
      if (event.type === 'image') {
        if (event.event.type !== 'layer-progress')
          calls.push({ floor: 'image', name: event.event.type, args: imageArgs(event.event) });
        return;
      }
      const { event: done } = event;
      if (done.type === 'disk') {
        if (done.call === 'rename') renamed = done.to ?? '';
        calls.push({ floor: 'disk', name: done.call, args: [done.path, ...(done.to === undefined ? [] : [done.to])] });
      } else if (done.type === 'overlay') {
        const effect = effectOf(done.event, mounts.get(done.target) ?? done.target);
        if (effect === undefined) return;
        effects.set(effect.key, [...(effects.get(effect.key) ?? []), effect]);
        calls.push({ floor: 'overlay', name: effect.what, args: [effect.path], effect });
      } else if (done.type === 'mount') {
        const lines = done.mounts.map(({ type, source, options }) => `${type} ${source} ${options.join(',')}`);
        calls.push({ floor: 'kernel', name: 'mount', args: [done.target, ...lines] });
      } else calls.push({ floor: 'kernel', name: done.type, args: ['target' in done ? done.target : done.line] });
    },
    take: () => {
      const taken = calls;
      calls = [];
      return taken;
    },
    effectsOn: (key) => effects.get(key) ?? [],
    directoryOf: (key) => directories.get(key),
    mounted: (target, key) => void mounts.set(target, key),
  };
};
