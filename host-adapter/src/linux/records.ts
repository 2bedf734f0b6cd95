/** The kernel's binary records: struct statx, struct statfs, struct linux_dirent64, struct timespec (x86-64 and arm64). */
import { decodeName, makedev, type Nanoseconds, S_IFMT, type Stat, type StatFs } from '@layerscope/core/fs';
import type { Dirent, TimeChange } from '@layerscope/core/vfs';

/** linux/fs.h; the kernel reads and writes an int, whatever the numbers say. */
export const FS_IOC_GETFLAGS = 0x8008_6601;
export const FS_IOC_SETFLAGS = 0x4008_6602;

export const STATX_SIZE = 256;
/** STATX_BASIC_STATS | STATX_BTIME. */
export const STATX_MASK = 0xfff;

const SECOND = 1_000_000_000n;
const HIGH = 2 ** 32;
const words = new Uint32Array(2);
const joined = new BigInt64Array(words.buffer);

/**
 * seconds * 10^9 + nanoseconds. In two halves that doubles hold exactly: a statx has four times, and bigint arithmetic
 * on each was a third of its cost.
 */
const nanosecondsOf = (view: DataView, at: number): Nanoseconds => {
  const nanoseconds = view.getUint32(at + 8, true);
  // Before 1970 or after 2106.
  if (view.getUint32(at + 4, true) !== 0) return view.getBigInt64(at, true) * SECOND + BigInt(nanoseconds);
  const high = view.getUint16(at + 2, true) * 1e9;
  const low = view.getUint16(at, true) * 1e9 + nanoseconds + (high % 65_536) * 65_536;
  words[0] = low % HIGH;
  words[1] = Math.floor(high / 65_536) + Math.floor(low / HIGH);
  return joined[0]!;
};

/** `view` is of one struct statx. */
export const decodeStatx = (view: DataView): Stat => {
  const u32 = (at: number): number => view.getUint32(at, true);
  return {
    blksize: u32(4),
    nlink: u32(16),
    uid: u32(20),
    gid: u32(24),
    mode: view.getUint16(28, true),
    ino: view.getBigUint64(32, true),
    size: u32(40) + u32(44) * HIGH,
    blocks: u32(48) + u32(52) * HIGH,
    atime: nanosecondsOf(view, 64),
    btime: nanosecondsOf(view, 80),
    ctime: nanosecondsOf(view, 96),
    mtime: nanosecondsOf(view, 112),
    rdev: makedev(u32(128), u32(132)),
    dev: makedev(u32(136), u32(140)),
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
    // Nanoseconds count forwards, before 1970 too.
    const rest =
      typeof time === 'bigint' ? ((time % SECOND) + SECOND) % SECOND : time === 'now' ? UTIME_NOW : UTIME_OMIT;
    const seconds = typeof time === 'bigint' ? (time - rest) / SECOND : 0n;
    bytes.writeBigInt64LE(seconds, index * 16);
    bytes.writeBigInt64LE(rest, index * 16 + 8);
  });
  return bytes;
};
