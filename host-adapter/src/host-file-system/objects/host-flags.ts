import { FsError, O_RDONLY, S_IFDIR, S_IFREG } from '@layerscope/core/fs';
import { call, FS_IOC_GETFLAGS, FS_IOC_SETFLAGS } from '../../linux/index.ts';
import type { HostAccess } from '../access/host-access.ts';
import type { HostInode } from '../inodes/host-inode.ts';

const argument = Buffer.alloc(8);

/** Answers of file systems and of objects without flags, and of files that this process may not even read. */
const WITHOUT: ReadonlySet<string> = new Set(['ENOTTY', 'EOPNOTSUPP', 'EINVAL', 'EACCES', 'EPERM']);

/** chattr(1)'s flags; 0 where there are none. */
export const getFlags = (access: HostAccess, inode: HostInode): number => {
  if (inode.type !== S_IFREG && inode.type !== S_IFDIR) return 0;
  try {
    return access.withOpen(inode, O_RDONLY, (fd) => {
      call('ioctl', fd, FS_IOC_GETFLAGS, argument);
      return argument.readInt32LE(0);
    });
  } catch (error) {
    if (error instanceof FsError && WITHOUT.has(error.code)) return 0;
    throw error;
  }
};

export const setFlags = (access: HostAccess, inode: HostInode, flags: number): void =>
  access.withOpen(inode, O_RDONLY, (fd) => {
    argument.writeInt32LE(flags, 0);
    call('ioctl', fd, FS_IOC_SETFLAGS, argument);
  });
