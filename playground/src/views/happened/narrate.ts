/** What a command did, in a few sentences for someone who has never heard of overlayfs. */
import type { Call, Effect, Entry } from '../../kernel/values.ts';
import { standingEffects } from '../../store/standing.ts';

export type Happening =
  | { readonly tell: 'copiedUp'; readonly path: string; readonly bytes: number }
  | { readonly tell: 'copiedDirectories'; readonly paths: string }
  /** Needed no copy: new, or copied up before. */
  | { readonly tell: 'wrote'; readonly path: string }
  | { readonly tell: 'hid'; readonly path: string; readonly more: number }
  | { readonly tell: 'madeOpaque'; readonly path: string }
  | { readonly tell: 'unpacked'; readonly count: number }
  | { readonly tell: 'prepared'; readonly key: string }
  | { readonly tell: 'viewed'; readonly key: string }
  | { readonly tell: 'committed'; readonly name: string }
  | { readonly tell: 'removed'; readonly key: string }
  | { readonly tell: 'refused'; readonly error: string }
  | { readonly tell: 'failed'; readonly code: number; readonly text: string }
  | { readonly tell: 'powerCut'; readonly mounts: number }
  | { readonly tell: 'faultWaits' }
  | { readonly tell: 'collected'; readonly kept: number; readonly removed: number }
  | { readonly tell: 'touchedNothing' };

const effectsOf = (calls: readonly Call[]): readonly Effect[] =>
  calls.flatMap(({ effect }) => (effect === undefined ? [] : [effect]));

const isParent = ({ what, rule }: Effect): boolean => what === 'copy-up' && rule === 'parent-of-change';

const ofEffects = (all: readonly Effect[]): readonly Happening[] => {
  const effects = standingEffects(all);
  const told: Happening[] = [];
  for (const { what, path, bytes, rule } of effects)
    if (what === 'copy-up' && rule !== 'parent-of-change') told.push({ tell: 'copiedUp', path, bytes });
  const whiteouts = effects.filter(({ what }) => what === 'whiteout');
  const last = whiteouts.at(-1);
  if (last !== undefined) told.push({ tell: 'hid', path: last.path, more: whiteouts.length - 1 });
  for (const { what, path } of effects) if (what === 'opaque') told.push({ tell: 'madeOpaque', path });
  const parents = effects.filter(isParent).map(({ path }) => path);
  if (parents.length > 0) told.push({ tell: 'copiedDirectories', paths: parents.join(', ') });
  return told;
};

/** Other file systems are mounted there: nothing of it is the overlay's. */
const ELSEWHERE = /^\/(?:dev|proc|sys)(?:\/|$)/;

/** Files that were opened for writing and had to be copied from nowhere. */
const ofWrites = (calls: readonly Call[]): readonly Happening[] => {
  const touched = new Set(effectsOf(calls).map(({ path }) => path));
  const written = calls.flatMap(({ floor, name, args, error }) => {
    const [path = '', flags = ''] = args;
    const writes = floor === 'system' && name === 'open' && error === undefined && /O_(?:WRONLY|RDWR)/.test(flags);
    return writes && path.startsWith('"/') ? [JSON.parse(path) as string] : [];
  });
  return [...new Set(written)]
    .filter((path) => !touched.has(path) && !ELSEWHERE.test(path))
    .map((path) => ({ tell: 'wrote', path }));
};

const ofSnapshotter = ({ name, args, error }: Call): readonly Happening[] => {
  const [first = ''] = args;
  if (error !== undefined) return [{ tell: 'refused', error }];
  if (name === 'prepare') return [{ tell: 'prepared', key: first }];
  if (name === 'view') return [{ tell: 'viewed', key: first }];
  if (name === 'commit') return [{ tell: 'committed', name: first }];
  return name === 'remove' ? [{ tell: 'removed', key: first }] : [];
};

/** What was done to the machine itself, and by the collector. */
const ofMachine = ({ command, calls }: Entry): readonly Happening[] => {
  const lost = calls.find(({ floor, name }) => floor === 'machine' && name === 'lost');
  const steps = calls.filter(({ floor }) => floor === 'collection');
  const kept = steps.filter(({ name }) => name === 'mark').length;
  const removed = steps.filter(({ name }) => name === 'sweep').length;
  return [
    ...(lost === undefined ? [] : [{ tell: 'powerCut', mounts: lost.args.length } as const]),
    ...(command.type === 'fault' ? [{ tell: 'faultWaits' } as const] : []),
    ...(command.type === 'gc' ? [{ tell: 'collected', kept, removed } as const] : []),
  ];
};

/** Most telling first; empty when there is nothing to tell. */
export const narrate = (entry: Entry): readonly Happening[] => {
  const { command, calls, exitCode, stderr } = entry;
  const unpacked = calls.filter(({ floor, name }) => floor === 'image' && name === 'layer-committed').length;
  const told: Happening[] = [
    ...ofMachine(entry),
    ...(unpacked > 0 ? [{ tell: 'unpacked', count: unpacked } as const] : []),
    ...ofWrites(calls),
    ...ofEffects(effectsOf(calls)),
    // While an image is unpacked, its own calls are told as one.
    ...(unpacked > 0 ? [] : calls.filter(({ floor }) => floor === 'snapshotter').flatMap(ofSnapshotter)),
  ];
  if (exitCode !== 0 && !told.some(({ tell }) => tell === 'refused'))
    told.push({ tell: 'failed', code: exitCode, text: stderr.trim().split('\n').at(-1) ?? '' });
  if (told.length > 0) return told;
  return command.type === 'exec' ? [{ tell: 'touchedNothing' }] : [];
};
