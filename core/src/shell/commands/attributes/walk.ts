/** -R of chmod, chown and chgrp: a directory before what is in it. */
import { isDirectory, isSymlink, type Stat } from '../../../fs/index.ts';
import { complain, errorText, quote, type Invocation } from '../../command.ts';
import { joinPath, listDirectory } from '../../directory.ts';

/** Calls `change` for the path and everything below. Symlinks below are passed to it as what they are. */
export const walkTree = (
  invocation: Invocation,
  path: string,
  change: (path: string, stat: Stat, depth: number) => number,
  depth = 0,
): number => {
  const stat = invocation.process.stat(path, false);
  let status = change(path, stat, depth);
  if (!isDirectory(stat.mode) || isSymlink(stat.mode)) return status;
  try {
    for (const { name } of listDirectory(invocation.process, path))
      status |= walkTree(invocation, joinPath(path, name), change, depth + 1);
  } catch (error) {
    status |= complain(invocation, `cannot read directory ${quote(path)}: ${errorText(error)}`);
  }
  return status;
};
