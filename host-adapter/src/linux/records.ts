/** The kernel's binary records: struct statx, struct statfs, struct linux_dirent64, struct timespec (x86-64 and arm64). */
import { decodeName, makedev, type Nanoseconds, S_IFMT, type Stat, type StatFs } from '@layerscope/core/fs';
import type { Dirent, TimeChange } from '@layerscope/core/vfs';

export const STATX_SIZE = 256;
/** STATX_BASIC_STATS | STATX_BTIME. */
export const STATX_MASK = 0xfff;

export const decodeStatx = (bytes: Buffer): Stat => {
  const time = (at: number): Nanoseconds =>
    bytes.readBigInt64LE(at) * 1_000_000_000n + BigInt(bytes.readUInt32LE(at + 8));
  return {
    blksize: bytes.readUInt32LE(4),
    nlink: bytes.readUInt32LE(16),
    uid: bytes.readUInt32LE(20),
    gid: bytes.readUInt32LE(24),
    mode: bytes.readUInt16LE(28),
    ino: bytes.readBigUInt64LE(32),
    size: Number(bytes.readBigUInt64LE(40)),
    blocks: Number(bytes.readBigUInt64LE(48)),
    atime: time(64),
    btime: time(80),
    ctime: time(96),
    mtime: time(112),
    rdev: makedev(bytes.readUInt32LE(128), bytes.readUInt32LE(132)),
    dev: makedev(bytes.readUInt32LE(136), bytes.readUInt32LE(140)),
  };
};

export const STATFS_SIZE = 120;

export const decodeStatfs = (bytes: Buffer): StatFs => {
  const word = (index: number): number => Number(bytes.readBigUInt64LE(index * 8));
  return {
    type: word(0),
    bsize: word(1),
    blocks: word(2),
    bfree: word(3),
    bavail: word(4),
    files: word(5),
    ffree: word(6),
    namelen: word(8),
  };
};

/** The rows that one getdents64(2) wrote to the first `length` bytes. */
export const decodeDirents = (bytes: Buffer, length: number): Dirent[] => {
  const rows: Dirent[] = [];
  for (let at = 0; at < length;) {
    const end = at + bytes.readUInt16LE(at + 16);
    const name = bytes.subarray(at + 19, bytes.indexOf(0, at + 19));
    rows.push({
      ino: bytes.readBigUInt64LE(at),
      offset: Number(bytes.readBigInt64LE(at + 8)),
      type: (bytes[at + 18]! << 12) & S_IFMT,
      name: decodeName(name),
    });
    at = end;
  }
  return rows;
};

const UTIME_NOW = 0x3fffffffn;
const UTIME_OMIT = 0x3ffffffen;

/** Two struct timespec for utimensat(2). */
export const encodeTimes = (atime: TimeChange, mtime: TimeChange): Uint8Array => {
  const bytes = Buffer.alloc(32);
  [atime, mtime].forEach((time, index) => {
    const seconds = typeof time === 'bigint' ? time / 1_000_000_000n : 0n;
    const rest = typeof time === 'bigint' ? time % 1_000_000_000n : time === 'now' ? UTIME_NOW : UTIME_OMIT;
    bytes.writeBigInt64LE(seconds, index * 16);
    bytes.writeBigInt64LE(rest, index * 16 + 8);
  });
  return bytes;
};
