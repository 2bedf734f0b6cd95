import type { Caller, FileSystem, Inode } from '../../fs/index.ts';
import { S_IFDIR } from '../../fs/index.ts';
import { type WritableUpper, writableUpper } from '../change/work-directory.ts';
import { originOfName } from '../inode-index/index-entry.ts';
import { readLinks } from '../inode-index/indexed-inode.ts';
import { whiteOutEntry } from '../inode-index/remove-entry.ts';
import type { LayerTree } from '../options.ts';
import type { LowerLayer, Superblock } from '../superblock.ts';
import { kernelLog } from '../superblock.ts';
import { isWhiteout } from '../tree/whiteouts.ts';
import type { MarkNames } from '../xattr/marks.ts';
import { encodeOrigin, encodeUpper, equalHandles, isHandle } from '../xattr/origin.ts';
import { refuse } from './mount-error.ts';
import { cleanUp } from './prepare-workdir.ts';

const NAME = 'index';
const ADVICE = "try deleting index dir or mounting with '-o index=off' to disable inodes index.";

/**
 * Finds or makes `work/index`, of mode 0. It belongs to one upper directory, and that to one topmost lower: ESTALE for
 * others, because what the index says about their inodes would be wrong.
 */
export const openIndex = (
  work: LayerTree,
  upperRoot: Inode,
  lower: LowerLayer,
  marks: MarkNames,
  mounter: Caller,
  log: (text: string) => void,
): Inode => {
  const { fs } = work;
  if (!isAbout(fs, upperRoot, marks.origin, encodeOrigin(lower, lower.root), mounter)) {
    refuse('ESTALE', 'failed to verify upper root origin');
  }
  const index = fs.lookup(work.root, NAME) ?? fs.mkdir(work.root, NAME, 0, mounter);
  if (!isAbout(fs, index, marks.upper, encodeUpper(fs, upperRoot), mounter)) {
    log("failed to verify index dir 'upper' xattr");
    refuse('ESTALE', ADVICE);
  }
  return index;
};

/** Whether the mark leads where it should; one that is missing is written. */
const isAbout = (fs: FileSystem, inode: Inode, mark: string, handle: Uint8Array, mounter: Caller): boolean => {
  const value = fs.getxattr(inode, mark);
  if (value === undefined) fs.setxattr(inode, mark, handle, 0, mounter);
  return value === undefined || equalHandles(value, handle);
};

/**
 * Removes from the index what was left half made, and what an unlink did not get to; with nfs_export a whiteout takes
 * the place of the latter. EINVAL or ENODATA for an entry that no overlay made.
 */
export const cleanIndex = (superblock: Superblock): void => {
  const upper = writableUpper(superblock);
  const { fs, work } = upper;
  for (const { name } of fs.readdir(work)) {
    const entry = fs.lookup(work, name);
    if (entry === undefined) continue;
    if (name.startsWith('#')) {
      const log = (text: string): void => kernelLog(superblock, text);
      cleanUp(fs, work, NAME, name, entry, 1, superblock.mounter, log);
    } else cleanEntry(superblock, upper, name, entry);
  }
};

const cleanEntry = (superblock: Superblock, upper: WritableUpper, name: string, entry: Inode): void => {
  const { fs, work } = upper;
  const { mounter, indexed } = superblock;
  const isDirectory = entry.type === S_IFDIR;
  const type = entry.type.toString(16);
  const state = stateOf(superblock, upper, name, entry);
  if (state === 'good') return;
  if (state === 'orphan') {
    kernelLog(superblock, `orphan index entry (${NAME}/${name}, ftype=${type}, nlink=${fs.getattr(entry).nlink})`);
    if (indexed === 'all') return whiteOutEntry(superblock, upper, name, entry);
  } else {
    const [code, errno] = state === 'strange' ? (['EINVAL', 22] as const) : (['ENODATA', 61] as const);
    kernelLog(
      superblock,
      `failed to verify index (${NAME}/${name}, ftype=${type}, err=-${state === 'stale' ? 116 : errno})`,
    );
    if (state !== 'stale') refuse(code, ADVICE);
  }
  if (isDirectory) fs.rmdir(work, name, mounter);
  else fs.unlink(work, name, mounter);
};

type EntryState = 'good' | 'stale' | 'orphan' | 'strange' | 'without origin';

const stateOf = (superblock: Superblock, { fs }: WritableUpper, name: string, entry: Inode): EntryState => {
  const { marks, indexed } = superblock;
  const origin = originOfName(name);
  if (origin === undefined || !isHandle(origin)) return 'strange';
  if (isWhiteout(superblock, fs, entry)) return 'good';
  if (entry.type === S_IFDIR) {
    return indexed !== 'all' || fs.getxattr(entry, marks.upper) !== undefined ? 'good' : 'stale';
  }
  const mark = fs.getxattr(entry, marks.origin);
  if (mark === undefined) return 'without origin';
  if (!equalHandles(mark, origin)) return 'stale';
  return fs.getattr(entry).nlink === 1 && readLinks(superblock, entry, origin, 0) === 0 ? 'orphan' : 'good';
};
