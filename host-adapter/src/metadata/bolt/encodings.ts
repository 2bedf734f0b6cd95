/** How Go writes numbers and times into containerd's `metadata.db`. */
import type { Nanoseconds } from '@layerscope/core/fs';
import { damagedBolt } from './damaged.ts';

/** LEB128: seven bits a byte, low ones first. Answers the number and where it ends. */
export const readUvarint = (bytes: Uint8Array, at = 0): readonly [value: bigint, end: number] => {
  let value = 0n;
  for (let shift = 0n; shift < 64n; shift += 7n) {
    const byte = bytes[at++] ?? damagedBolt('a number ends too soon');
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return [value, at];
  }
  return damagedBolt('a number is too long');
};

/** Zig-zag: 0, -1, 1, -2, … as 0, 1, 2, 3, … */
export const readVarint = (bytes: Uint8Array): bigint => {
  const [value] = readUvarint(bytes);
  return (value & 1n) === 0n ? value >> 1n : -((value + 1n) >> 1n);
};

const SECOND = 1_000_000_000n;
/** Seconds from 0001-01-01, where Go begins, to 1970. */
const YEAR_ONE = 62_135_596_800n;

/** `time.Time.MarshalBinary`: version, big-endian seconds since year 1, nanoseconds, zone. 0001-01-01 is "no time": 0. */
export const readTime = (bytes: Uint8Array): Nanoseconds => {
  if (bytes.length < 15 || (bytes[0] !== 1 && bytes[0] !== 2)) return damagedBolt('a time is none');
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const seconds = view.getBigInt64(1);
  return seconds === 0n ? 0n : (seconds - YEAR_ONE) * SECOND + BigInt(view.getInt32(9));
};
