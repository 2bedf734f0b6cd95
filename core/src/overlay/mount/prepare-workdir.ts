import type { Caller, FileSystem, Inode } from '../../fs/index.ts';
import { FsError, isAcl, S_IFDIR } from '../../fs/index.ts';
import type { LayerTree } from '../options.ts';
import { refuse } from './mount-error.ts';

const NAME = 'work';
const INCOMPAT = 'incompat';
const VOLATILE = 'volatile';

/**
 * Makes an empty `work/work` of mode 0, where changes are put together before they appear. What an earlier mount left
 * there is removed two levels deep; anything deeper makes the kernel give up and mount read-only: answers `undefined`.
 */
export const prepareWorkdir = (layer: LayerTree, mounter: Caller, log: (text: string) => void): Inode | undefined => {
  const { fs, root } = layer;
  const path = layer.path ?? NAME;
  const left = fs.lookup(root, NAME);
  if (left !== undefined) cleanUp(fs, root, path.slice(path.lastIndexOf('/') + 1), NAME, left, 0, mounter, log);
  if (fs.lookup(root, NAME) === undefined) return makePlain(fs, root, mounter);
  log(`failed to create directory ${path}/${NAME} (errno: 17); mounting read-only`);
  return undefined;
};

/** With a default list of `root`'s, what is put together in it would get more than its own mode and lists. */
const makePlain = (fs: FileSystem, root: Inode, mounter: Caller): Inode => {
  const made = fs.mkdir(root, NAME, 0, mounter);
  const lists = fs.listxattr(made).filter(isAcl);
  for (const name of lists) fs.removexattr(made, name, mounter);
  if (lists.length > 0) fs.setattr(made, { mode: 0 }, mounter);
  return made;
};

/** Removes one object: at levels 0 and 1 with what is in it, deeper only an empty directory or a file. */
export const cleanUp = (
  fs: FileSystem,
  dir: Inode,
  dirName: string,
  name: string,
  inode: Inode,
  level: number,
  mounter: Caller,
  log: (text: string) => void,
): void => {
  if (inode.type === S_IFDIR && level <= 1) {
    for (const entry of fs.readdir(inode)) {
      const child = fs.lookup(inode, entry.name);
      if (child !== undefined) cleanUp(fs, inode, name, entry.name, child, level + 1, mounter, log);
    }
  }
  try {
    if (inode.type === S_IFDIR) fs.rmdir(dir, name, mounter);
    else fs.unlink(dir, name, mounter);
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    log(`cleanup of '${dirName}/${name}' failed (-${error.errno})`);
  }
};

/** EINVAL for a work directory in which an earlier mount has noted a feature that forbids this one. */
export const refuseIncompatible = ({ fs, root }: LayerTree): void => {
  const work = fs.lookup(root, NAME);
  const incompat = work?.type === S_IFDIR ? fs.lookup(work, INCOMPAT) : undefined;
  const feature = incompat?.type === S_IFDIR ? fs.readdir(incompat)[0]?.name : undefined;
  if (feature !== undefined) refuse('EINVAL', `overlay with incompat feature '${feature}' cannot be mounted`);
};

/** Nobody but root looks into the work directory: all modes are 0. */
export const markVolatile = ({ fs, root }: LayerTree, mounter: Caller): void => {
  const work = fs.lookup(root, NAME);
  if (work === undefined) return;
  const dir = fs.mkdir(fs.mkdir(work, INCOMPAT, 0, mounter), VOLATILE, 0, mounter);
  fs.create(dir, 'dirty', 0, mounter);
};
