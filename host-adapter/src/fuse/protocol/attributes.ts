import { majorOf, minorOf, type Nanoseconds, type Stat } from '@layerscope/core/fs';
import type { Reply } from './reply.ts';
import { ATTR, STATX_OUT } from './structs.ts';

const SECOND = 1_000_000_000n;
const NANOSECONDS = 1_000_000_000;
/** STATX_BASIC_STATS | STATX_BTIME. */
const STATX_MASK = 0xfff;

const HIGH = 2 ** 32;
const joined = new BigInt64Array(1);
const words = new Int32Array(joined.buffer);

/**
 * Writes whole seconds, rounded down, and the nanoseconds after them: before 1970, too, these count forwards.
 *
 * A lookup writes three of them, and to divide each as a bigint cost as much as all else that is written. The quotient of doubles
 * is at most one beside the right one; the remainder, of which the lower 32 bits are exact, tells on which side.
 */
const writeTime = (reply: Reply, at: number, nanosecondsAt: number, time: Nanoseconds): void => {
  joined[0] = time;
  const low = words[0]! >>> 0;
  const high = words[1]!;
  if (high < 0) {
    writeEarlyTime(reply, at, nanosecondsAt, time);
    return;
  }
  let seconds = Math.floor((high * HIGH + low) / NANOSECONDS);
  let nanoseconds = (low - Math.imul(seconds, NANOSECONDS)) >>> 0;
  if (nanoseconds >= NANOSECONDS) {
    const isBelow = nanoseconds < 2 * NANOSECONDS;
    seconds += isBelow ? 1 : -1;
    nanoseconds = (nanoseconds + (isBelow ? -NANOSECONDS : NANOSECONDS)) >>> 0;
  }
  reply.u64(at, seconds);
  reply.u32(nanosecondsAt, nanoseconds);
};

const writeEarlyTime = (reply: Reply, at: number, nanosecondsAt: number, time: Nanoseconds): void => {
  let seconds = time / SECOND;
  let nanoseconds = Number(time % SECOND);
  if (nanoseconds < 0) {
    seconds -= 1n;
    nanoseconds += 1e9;
  }
  reply.bigint(at, seconds);
  reply.u32(nanosecondsAt, nanoseconds);
};

/** Writes a struct fuse_attr. `ino` is unique in the mount, see `Numbers`. */
export const encodeAttributes = (reply: Reply, at: number, stat: Stat, ino: bigint): void => {
  reply.bigint(at + ATTR.ino, ino);
  reply.u64(at + ATTR.size, stat.size);
  reply.u64(at + ATTR.blocks, stat.blocks);
  writeTime(reply, at + ATTR.atime, at + ATTR.atimeNanoseconds, stat.atime);
  writeTime(reply, at + ATTR.mtime, at + ATTR.mtimeNanoseconds, stat.mtime);
  writeTime(reply, at + ATTR.ctime, at + ATTR.ctimeNanoseconds, stat.ctime);
  reply.u32(at + ATTR.mode, stat.mode);
  reply.u32(at + ATTR.nlink, stat.nlink);
  reply.u32(at + ATTR.uid, stat.uid);
  reply.u32(at + ATTR.gid, stat.gid);
  reply.u32(at + ATTR.rdev, stat.rdev);
  reply.u32(at + ATTR.blksize, stat.blksize);
};

/** Writes the struct fuse_statx of a reply to STATX: the only request that tells the time of birth. */
export const encodeStatx = (reply: Reply, at: number, stat: Stat, ino: bigint): void => {
  const time = (offset: number, value: Nanoseconds): void => writeTime(reply, at + offset, at + offset + 8, value);
  reply.u32(at + STATX_OUT.mask, STATX_MASK);
  reply.u32(at + STATX_OUT.blksize, stat.blksize);
  reply.u32(at + STATX_OUT.nlink, stat.nlink);
  reply.u32(at + STATX_OUT.uid, stat.uid);
  reply.u32(at + STATX_OUT.gid, stat.gid);
  reply.u16(at + STATX_OUT.mode, stat.mode);
  reply.bigint(at + STATX_OUT.ino, ino);
  reply.u64(at + STATX_OUT.size, stat.size);
  reply.u64(at + STATX_OUT.blocks, stat.blocks);
  time(STATX_OUT.atime, stat.atime);
  time(STATX_OUT.btime, stat.btime);
  time(STATX_OUT.ctime, stat.ctime);
  time(STATX_OUT.mtime, stat.mtime);
  reply.u32(at + STATX_OUT.rdevMajor, majorOf(stat.rdev));
  reply.u32(at + STATX_OUT.rdevMinor, minorOf(stat.rdev));
};
