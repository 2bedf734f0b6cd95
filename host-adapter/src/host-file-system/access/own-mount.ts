import { realpathSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { FsError, O_DIRECTORY, O_PATH } from '@layerscope/core/fs';
import { bind, call, cString, OPEN_TREE_CLONE, openTree } from '../../linux/index.ts';

const O_CLOEXEC = 0o2000000;
const O_PATH_DIRECTORY = O_PATH | O_DIRECTORY | O_CLOEXEC;

const closeFd = bind('close');

/**
 * Opens directories through a detached bind mount of the nearest one that has them all: names can only be moved between
 * directories of one mount. `undefined` where this process may not make one (CAP_SYS_ADMIN; in a user namespace a mount
 * must not show what lies under another), or where mounts lie between them, which `isSame` tells.
 */
export const openApart = (
  directories: readonly string[],
  isSame: (fd: number, index: number) => boolean,
): readonly number[] | undefined => {
  const opened: number[] = [];
  let mount = -1;
  try {
    const paths = directories.map((each) => realpathSync(each));
    const top = commonAncestor(paths);
    mount = openTree(top, OPEN_TREE_CLONE);
    for (const [index, path] of paths.entries()) {
      opened.push(call('open', mount, cString(relative(top, path) || '.'), O_PATH_DIRECTORY, 0));
      if (!isSame(opened[index]!, index)) throw new FsError('EXDEV', path);
    }
    return opened;
  } catch (error) {
    for (const fd of opened) closeFd(fd);
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  } finally {
    if (mount >= 0) closeFd(mount);
  }
};

const isIn = (path: string, top: string): boolean => path === top || path.startsWith(top === '/' ? top : `${top}/`);

const commonAncestor = (paths: readonly string[]): string => {
  let top = paths[0] ?? '/';
  while (!paths.every((path) => isIn(path, top))) top = dirname(top);
  return top;
};
