/** What a copy keeps of its source besides the content. */
import { FsError, isRegular, isSymlink, type Stat } from '../../../../fs/index.ts';
import { quote, type Invocation } from '../../../command.ts';
import { attempt, type Copying } from './copying.ts';

/** What `--preserve` keeps, in GNU's order: times, owner, xattrs, mode. */
export const preserve = (
  invocation: Invocation,
  from: string,
  to: string,
  source: Stat,
  copying: Copying,
  isNew = true,
): void => {
  const { process } = invocation;
  const link = isSymlink(source.mode);
  if (copying.timestamps)
    attempt(`preserving times for ${quote(to)}`, () => process.utimens(to, source.atime, source.mtime, false));
  if (copying.ownership) {
    const made = process.stat(to, false);
    if (made.uid !== source.uid || made.gid !== source.gid)
      attempt(`failed to preserve ownership for ${quote(to)}`, () => process.chown(to, source.uid, source.gid, false));
  }
  if (copying.xattrs) copyXattrs(invocation, from, to);
  if (link) return;
  if (copying.mode) attempt(`preserving permissions for ${quote(to)}`, () => process.chmod(to, source.mode & 0o7777));
  else if (isNew && copying.ownership && isRegular(source.mode)) {
    const mask = process.umask(0);
    process.umask(mask);
    process.chmod(to, source.mode & 0o777 & ~mask);
  }
};

/** A file system that keeps no such attribute is no failure of the copy. */
const copyXattrs = ({ process }: Invocation, from: string, to: string): void => {
  for (const name of process.listxattr(from, false)) {
    try {
      process.setxattr(to, name, process.getxattr(from, name, false), 0, false);
    } catch (error) {
      if (!(error instanceof FsError && (error.code === 'EOPNOTSUPP' || error.code === 'EPERM'))) throw error;
    }
  }
};
