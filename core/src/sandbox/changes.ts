/**
 * What a container changed, and why each thing is in its layer.
 *
 * Two sources, joined by path: the *difference* between the image's tree and the container's (what a new layer would
 * hold), and the *events* of the overlay (which call copied what up by which rule). Something copied up and left as it
 * was is in the second only; a new file in the first only.
 */
import {
  compareNames,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  type FileMode,
} from '../fs/index.ts';
import type { Change as Difference } from '../layers/index.ts';
import { OVERLAY_RULES, type OverlayEvent, type OverlayRule } from '../overlay/index.ts';

/** How a path differs from the image: `same` was copied up (a parent directory, say) without being changed. */
export type ChangeKind = 'added' | 'modified' | 'deleted' | 'same';

/** Why something is in the writable layer. */
export interface Reason {
  readonly what: 'copied up' | 'whiteout' | 'opaque' | 'redirect';
  /** The system call that caused it. */
  readonly call: string;
  readonly rule: OverlayRule;
  /** The rule in a sentence. */
  readonly because: string;
  /** File bytes copied (or shared) by a copy-up. */
  readonly bytes?: number;
}

export interface Change {
  /** Absolute, as the container sees it. */
  readonly path: string;
  readonly change: ChangeKind;
  /** `file`, `directory`, …; of a deleted object only the whiteout is left. */
  readonly type: string;
  /** Size of a regular file now. */
  readonly size?: number;
  /** In the order of the calls; empty for what is simply new, and under snapshotters that copy whole trees. */
  readonly reasons: readonly Reason[];
}

const TYPE_NAMES: { readonly [type: number]: string } = {
  [S_IFREG]: 'file',
  [S_IFDIR]: 'directory',
  [S_IFLNK]: 'symlink',
  [S_IFCHR]: 'character device',
  [S_IFBLK]: 'block device',
  [S_IFIFO]: 'fifo',
  [S_IFSOCK]: 'socket',
};

/** `S_IFMT` bits in a word. */
export const typeName = (type: FileMode): string => TYPE_NAMES[type] ?? 'unknown';

const reasonOf = (event: OverlayEvent): Reason | undefined => {
  if (event.type === 'kernel-log') return undefined;
  const { call, rule } = event;
  const because = OVERLAY_RULES[rule];
  if (event.type === 'copy-up')
    return { what: 'copied up', call, rule, because, ...(event.kind === S_IFREG ? { bytes: event.bytes } : {}) };
  return { what: event.type, call, rule, because };
};

const KINDS = { add: 'added', modify: 'modified', delete: 'deleted', unmodified: 'same' } as const;

const rowOf = (difference: Difference): Omit<Change, 'reasons'> => {
  const { path, kind } = difference;
  if (difference.kind === 'delete') return { path, change: 'deleted', type: 'whiteout' };
  const { mode, size } = difference.stat;
  const type = mode & S_IFMT;
  return { path, change: KINDS[kind], type: typeName(type), ...(type === S_IFREG ? { size } : {}) };
};

/** Joins differences and events; a directory stands before what it holds. */
export const explainChanges = (
  differences: Iterable<Difference>,
  events: Iterable<OverlayEvent>,
): readonly Change[] => {
  const reasons = new Map<string, Reason[]>();
  const rows = new Map<string, Omit<Change, 'reasons'>>();
  for (const event of events) {
    const reason = reasonOf(event);
    if (reason === undefined || event.type === 'kernel-log') continue;
    reasons.set(event.path, [...(reasons.get(event.path) ?? []), reason]);
    if (event.type === 'copy-up')
      rows.set(event.path, { path: event.path, change: 'same', type: typeName(event.kind) });
  }
  for (const difference of differences) {
    // A file with several names is reported even when it is as it was, for the sake of new names.
    if (difference.kind === 'unmodified' && !rows.has(difference.path)) continue;
    rows.set(difference.path, rowOf(difference));
  }
  return [...rows.values()]
    .toSorted((a, b) => comparePaths(a.path, b.path))
    .map((row) => ({
      ...row,
      // The difference of a deleted directory is one row: what was copied up in it on the way is gone with it.
      ...(ancestors(row.path).some((path) => rows.get(path)?.change === 'deleted')
        ? { change: 'deleted' as const }
        : {}),
      reasons: reasons.get(row.path) ?? [],
    }));
};

/** `/a/b/c` lies in `/a` and `/a/b`. */
const ancestors = (path: string): readonly string[] =>
  path
    .split('/')
    .slice(1, -1)
    .map((_, depth) => path.split('/', depth + 2).join('/'));

const comparePaths = (left: string, right: string): number => {
  const lefts = left.split('/');
  const rights = right.split('/');
  for (const [depth, name] of lefts.entries()) {
    const other = rights[depth];
    if (other === undefined) return 1;
    const order = compareNames(name, other);
    if (order !== 0) return order;
  }
  return lefts.length - rights.length;
};
