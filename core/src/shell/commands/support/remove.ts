/** Removing trees, for `rm` and the end of a `mv` between file systems. */
import { isDirectory } from '../../../fs/index.ts';
import { complain, errorText, print, quote, type Invocation } from '../../command.ts';
import { joinPath, listDirectory } from '../../directory.ts';

export interface Removal {
  readonly recursive: boolean;
  /** Missing names are no trouble. */
  readonly force: boolean;
  /** Empty directories may go without `recursive`. */
  readonly directories: boolean;
  readonly verbose: boolean;
}

/** Removes one name, with what is below it when asked to. Prints what it cannot do; answers the status. */
export const removePath = (invocation: Invocation, path: string, removal: Removal): number => {
  const { process } = invocation;
  const refused = (error: unknown): number => complain(invocation, `cannot remove ${quote(path)}: ${errorText(error)}`);
  let isTree: boolean;
  try {
    isTree = isDirectory(process.stat(path, false).mode);
  } catch (error) {
    const text = errorText(error);
    const missing = text === 'No such file or directory' || text === 'Not a directory';
    return missing && removal.force ? 0 : refused(error);
  }
  if (isTree && !removal.recursive && !removal.directories)
    return complain(invocation, `cannot remove ${quote(path)}: Is a directory`);
  try {
    if (isTree && removal.recursive && removeContents(invocation, path, removal) !== 0) return 1;
    if (isTree) process.rmdir(path);
    else process.unlink(path);
  } catch (error) {
    return refused(error);
  }
  if (removal.verbose) print(invocation, `removed ${isTree ? 'directory ' : ''}${quote(path)}\n`);
  return 0;
};

const removeContents = (invocation: Invocation, path: string, removal: Removal): number => {
  let status = 0;
  for (const { name } of listDirectory(invocation.process, path))
    status |= removePath(invocation, joinPath(path, name), removal);
  return status;
};
