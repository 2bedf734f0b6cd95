import {
  fail,
  FS_APPEND_FL,
  FS_IMMUTABLE_FL,
  FS_NOATIME_FL,
  FS_NODUMP_FL,
  FS_PROTECTION_FL,
  FS_SYNC_FL,
} from '@layerscope/core/fs';
import { FS_IOC_GETFLAGS, FS_IOC_SETFLAGS } from '../../../linux/index.ts';
import { IOCTL_IN, IOCTL_OUT } from '../../protocol/structs.ts';
import type { Operation } from '../../session.ts';

/** Bytes of the flags. */
const FLAGS_SIZE = 4;
/** Linux asks for the flags in this form, a struct fsxattr of 28 bytes, before it sets them in the other. */
const FS_IOC_FSGETXATTR = 0x801c_581f;
const FSXATTR_SIZE = 28;
/** The flags' numbers in a struct fsxattr, which begins with them. */
const XFLAGS: readonly (readonly [flag: number, extended: number])[] = [
  [FS_IMMUTABLE_FL, 0x08],
  [FS_APPEND_FL, 0x10],
  [FS_SYNC_FL, 0x20],
  [FS_NOATIME_FL, 0x40],
  [FS_NODUMP_FL, 0x80],
];

/**
 * chattr(1) and lsattr(1); no other ioctl means something here. What would protect a file or directory is refused: the
 * kernel lets no FUSE file system tell it that an inode is immutable, and would go on changing it. What is ENOSYS here is
 * ENOTTY to who asked.
 */
export const ioctl: Operation = (session, request, reply) => {
  const { fs, node, caller } = session;
  const command = request.u32(IOCTL_IN.command);
  if (fs.getFlags === undefined || fs.setFlags === undefined) return fail('ENOSYS');
  if (command === FS_IOC_GETFLAGS) {
    const flags = fs.getFlags(node.inode);
    reply.record(IOCTL_OUT.SIZE);
    reply.u32(reply.record(FLAGS_SIZE), flags);
  } else if (command === FS_IOC_FSGETXATTR) {
    const flags = fs.getFlags(node.inode);
    reply.record(IOCTL_OUT.SIZE);
    const extended = XFLAGS.reduce((all, [flag, bit]) => ((flags & flag) === 0 ? all : all | bit), 0);
    reply.u32(reply.record(FSXATTR_SIZE), extended);
  } else if (command === FS_IOC_SETFLAGS) {
    const flags = request.u32(IOCTL_IN.SIZE);
    if ((flags & FS_PROTECTION_FL) !== 0) fail('EOPNOTSUPP');
    fs.setFlags(node.inode, flags, caller);
    reply.record(IOCTL_OUT.SIZE);
  } else fail('ENOSYS');
};
