/** Applies a layer tar to a tree with containerd's semantics. */
import { fail, FsError, type Inode, isDirectory, ROOT, type Tree } from '../../fs/index.ts';
import type { Cancellation } from '../cancellation.ts';
import { LayerError, placed } from '../layer-error.ts';
import { type TarEntry, TYPE_BLOCK, TYPE_CHAR, TYPE_DIRECTORY, TYPE_PAX_GLOBAL, TYPE_REGULAR } from '../tar/entry.ts';
import { TarReader } from '../tar/reader.ts';
import { BoundedRoot } from './bounded-root.ts';
import { cleanPath } from './clean-path.ts';
import { DEFAULT_LIMITS, type LayerLimits } from './limits.ts';
import { makeDirectories } from './parents.ts';
import { isWhiteout, naiveWhiteouts, overlayWhiteouts } from './whiteouts.ts';
import { atimeOf, fillEntry, makeEntry, mtimeOf } from './write-entry.ts';

/** What an applier tells while it works. */
export type ApplyEvent =
  | { readonly kind: 'entry'; readonly entry: TarEntry; readonly entries: number; readonly size: number }
  | { readonly kind: 'ignored'; readonly entry: TarEntry; readonly what: string; readonly why: string };

export interface ApplyOptions {
  /** What errors call the layer. */
  readonly layer?: string;
  /** `naive` (the default) deletes; `overlay` writes overlayfs's marks, for an upper directory. */
  readonly whiteouts?: 'naive' | 'overlay';
  /** Lower directories, topmost first: where directories that have no entry take their attributes from. */
  readonly parents?: readonly Tree[];
  /** `false` leaves all to the caller's user. Default `true`. */
  readonly sameOwner?: boolean;
  /** Inside a user namespace no device can be made: containerd skips them there. */
  readonly skipDevices?: boolean;
  readonly filter?: (entry: TarEntry) => boolean;
  readonly limits?: Partial<LayerLimits>;
  readonly signal?: Cancellation;
  readonly onEvent?: (event: ApplyEvent) => void;
}

export interface AppliedLayer {
  /** The sum of the entries' sizes, as containerd reports it. Bytes. */
  readonly size: number;
  readonly entries: number;
}

/**
 * Applies the uncompressed `tar` to `target`, as uid 0 and without a umask, and reads the stream to its end (trailing
 * padding included). Memory is bounded by the entries' names, whatever their data; data is shared with the stream's
 * chunks where the file system can (`setContent`), so the stream must not write to a chunk again.
 *
 * Throws `LayerError`, naming layer and entry. Nothing is rolled back: a failed tree is the caller's to throw away, as
 * containerd removes the snapshot.
 */
export const applyLayer = async (
  tar: AsyncIterable<Uint8Array>,
  target: Tree,
  options: ApplyOptions = {},
): Promise<AppliedLayer> => {
  const reader = new TarReader(options.signal === undefined ? tar : stoppable(tar, options.signal));
  const place: { layer?: string; entry?: string } = {};
  if (options.layer !== undefined) place.layer = options.layer;
  try {
    const applied = await applyEntries(reader, target, options, (entry) => (place.entry = entry));
    delete place.entry;
    await reader.drain();
    return applied;
  } catch (error) {
    await reader.close().catch(() => undefined);
    throw placed(
      error instanceof FsError ? new LayerError('file-system', { cause: error.message }, error) : error,
      place,
    );
  }
};

/** Stops between two chunks, so in the middle of a large file and in the padding after the last, too. */
async function* stoppable(stream: AsyncIterable<Uint8Array>, signal: Cancellation): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of stream) {
    if (signal.aborted) throw new LayerError('canceled', {});
    yield chunk;
  }
  if (signal.aborted) throw new LayerError('canceled', {});
}

const applyEntries = async (
  reader: TarReader,
  target: Tree,
  options: ApplyOptions,
  working: (entry: string) => void,
): Promise<AppliedLayer> => {
  const { filter, onEvent, skipDevices = false, sameOwner = true } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const root = new BoundedRoot(target);
  const lowers = (options.parents ?? []).map((tree) => new BoundedRoot(tree));
  const make = (path: string): Inode => makeDirectories(root, path, lowers);
  const convertWhiteout = options.whiteouts === 'overlay' ? overlayWhiteouts(root) : naiveWhiteouts(root);
  const ignored = (entry: TarEntry, what: string, why: string): void =>
    onEvent?.({ kind: 'ignored', entry, what, why });
  /** Removes what is in the way; a directory that may stay is answered. */
  const makeRoom = (directory: Inode, base: string, merges = false): Inode | undefined => {
    const existing = root.fs.lookup(directory, base);
    if (existing === undefined) return undefined;
    if (merges && isDirectory(existing.type)) return existing;
    root.remove(directory, base, existing);
    return undefined;
  };
  const directories: { readonly name: string; readonly entry: TarEntry }[] = [];
  let size = 0;
  let stored = 0;
  let entries = 0;

  const applyEntry = (entry: TarEntry): undefined | Promise<void> => {
    if (filter !== undefined && !filter(entry)) return undefined;
    const name = cleanPath(entry.name);
    if (skipDevices && (entry.type === TYPE_CHAR || entry.type === TYPE_BLOCK)) {
      ignored(entry, 'device', 'archive may not be supported on system');
      return undefined;
    }
    const cut = name.lastIndexOf('/') + 1;
    const base = name.slice(cut);
    // The root itself is never changed: `.`, `..` and `/` are no entries.
    if (base === '' || base === '.' || base === '..') return undefined;
    const directory = root.directory(name.slice(0, cut), make);
    if (isWhiteout(base)) {
      convertWhiteout(directory, base, entry);
      return undefined;
    }
    directory.written.add(base);
    // containerd makes room for a global header as for a file, and then makes nothing.
    if (entry.type === TYPE_PAX_GLOBAL) {
      makeRoom(directory.inode, base);
      return undefined;
    }
    // Most names are new, and making a file tells: to look first would be one system call more for each. What can fail
    // for reasons of its own comes after what it takes the place of is gone, as in containerd.
    const tells = entry.type === TYPE_REGULAR || entry.type === TYPE_DIRECTORY;
    const inode =
      (tells ? makeEntry(root, directory.inode, base, entry) : undefined) ??
      makeRoom(directory.inode, base, entry.type === TYPE_DIRECTORY) ??
      makeEntry(root, directory.inode, base, entry) ??
      fail('EEXIST', name);
    if (entry.type === TYPE_DIRECTORY) {
      directories.push({ name, entry });
      root.enter(`${name}/`, directory, base, inode);
    }
    return fillEntry(root.fs, inode, entry, `${directory.path}/${base}`, reader, { sameOwner, ignored });
  };

  for (;;) {
    const arrived = reader.next();
    const entry = arrived instanceof Promise ? await arrived : arrived;
    if (entry === undefined) break;
    working(entry.name);
    size += entry.size;
    stored += entry.stored;
    entries++;
    if (stored > limits.bytes) throw new LayerError('too-large', { limit: limits.bytes });
    if (entries > limits.entries) throw new LayerError('too-many-entries', { limit: limits.entries });
    const written = applyEntry(entry);
    if (written !== undefined) await written;
    onEvent?.({ kind: 'entry', entry, entries, size });
  }

  // Last, because what was put into a directory has changed its time.
  for (const { name, entry } of directories) {
    working(entry.name);
    const inode = root.entered(`${name}/`)?.inode ?? root.lookup(root.resolve(name));
    if (inode === undefined) {
      throw new LayerError('times', { path: root.resolve(name), cause: 'no such file or directory' });
    }
    root.fs.setattr(inode, { atime: atimeOf(entry), mtime: mtimeOf(entry) }, ROOT);
  }
  return { size, entries };
};
