import { majorOf, minorOf, type Nanoseconds, type Stat } from '@layerscope/core/fs';
import type { Reply } from './reply.ts';
import { ATTR, STATX_OUT } from './structs.ts';

const SECOND = 1_000_000_000n;
/** STATX_BASIC_STATS | STATX_BTIME. */
const STATX_MASK = 0xfff;

/** Whole seconds, rounded down: times before 1970 have nanoseconds that count forwards, too. */
export const secondsOf = (time: Nanoseconds): bigint => {
  const seconds = time / SECOND;
  return time < 0n && seconds * SECOND !== time ? seconds - 1n : seconds;
};

/** Writes a struct fuse_attr. */
export const encodeAttributes = (reply: Reply, at: number, stat: Stat): void => {
  const atime = secondsOf(stat.atime);
  const mtime = secondsOf(stat.mtime);
  const ctime = secondsOf(stat.ctime);
  reply.bigint(at + ATTR.ino, stat.ino);
  reply.u64(at + ATTR.size, stat.size);
  reply.u64(at + ATTR.blocks, stat.blocks);
  reply.bigint(at + ATTR.atime, atime);
  reply.bigint(at + ATTR.mtime, mtime);
  reply.bigint(at + ATTR.ctime, ctime);
  reply.u32(at + ATTR.atimeNanoseconds, Number(stat.atime - atime * SECOND));
  reply.u32(at + ATTR.mtimeNanoseconds, Number(stat.mtime - mtime * SECOND));
  reply.u32(at + ATTR.ctimeNanoseconds, Number(stat.ctime - ctime * SECOND));
  reply.u32(at + ATTR.mode, stat.mode);
  reply.u32(at + ATTR.nlink, stat.nlink);
  reply.u32(at + ATTR.uid, stat.uid);
  reply.u32(at + ATTR.gid, stat.gid);
  reply.u32(at + ATTR.rdev, stat.rdev);
  reply.u32(at + ATTR.blksize, stat.blksize);
};

/** Writes the struct fuse_statx of a reply to STATX: the only request that tells the time of birth. */
export const encodeStatx = (reply: Reply, at: number, stat: Stat): void => {
  const time = (offset: number, value: Nanoseconds): void => {
    const seconds = secondsOf(value);
    reply.bigint(at + offset, seconds);
    reply.u32(at + offset + 8, Number(value - seconds * SECOND));
  };
  reply.u32(at + STATX_OUT.mask, STATX_MASK);
  reply.u32(at + STATX_OUT.blksize, stat.blksize);
  reply.u32(at + STATX_OUT.nlink, stat.nlink);
  reply.u32(at + STATX_OUT.uid, stat.uid);
  reply.u32(at + STATX_OUT.gid, stat.gid);
  reply.u16(at + STATX_OUT.mode, stat.mode);
  reply.bigint(at + STATX_OUT.ino, stat.ino);
  reply.u64(at + STATX_OUT.size, stat.size);
  reply.u64(at + STATX_OUT.blocks, stat.blocks);
  time(STATX_OUT.atime, stat.atime);
  time(STATX_OUT.btime, stat.btime);
  time(STATX_OUT.ctime, stat.ctime);
  time(STATX_OUT.mtime, stat.mtime);
  reply.u32(at + STATX_OUT.rdevMajor, majorOf(stat.rdev));
  reply.u32(at + STATX_OUT.rdevMinor, minorOf(stat.rdev));
};
