import { fail, S_IFDIR, S_IFREG } from '@layerscope/core/fs';
import { call } from '../../linux/index.ts';
import type { HostAccess } from '../access/host-access.ts';
import type { HostInode } from '../inodes/host-inode.ts';

/** truncate(2). EISDIR, EINVAL for what has no bytes; EFBIG beyond what a number holds exactly. */
export const resize = (access: HostAccess, inode: HostInode, size: number): void => {
  if (inode.type !== S_IFREG) fail(inode.type === S_IFDIR ? 'EISDIR' : 'EINVAL');
  if (size > Number.MAX_SAFE_INTEGER) fail('EFBIG');
  access.asOwner(inode, () => access.withPath(inode, (path) => call('truncate', path, size)));
};
