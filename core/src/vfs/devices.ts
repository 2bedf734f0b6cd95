/** Devices that work: the memory devices of Linux (major 1). Every other device has no driver: ENXIO. */
import { type FileMode, type Random, S_IFCHR, fail, makedev } from '../fs/index.ts';

/** A character device: a stream, positions do not matter. */
export interface Device {
  read(into: Uint8Array): number;
  write(from: Uint8Array): number;
}

/** Drivers by device number (`makedev`). */
export type Devices = ReadonlyMap<number, Device>;

const swallow = (from: Uint8Array): number => from.length;
const zeroes = (into: Uint8Array): number => into.fill(0).length;

/** /dev/null, zero, full, random and urandom. The last two give the bytes of `random`. */
export const memoryDevices = (random: Random): Devices => {
  const chance: Device = {
    read: (into) => {
      into.set(random.bytes(into.length));
      return into.length;
    },
    write: swallow,
  };
  return new Map<number, Device>([
    [makedev(1, 3), { read: () => 0, write: swallow }],
    [makedev(1, 5), { read: zeroes, write: swallow }],
    [makedev(1, 7), { read: zeroes, write: () => fail('ENOSPC') }],
    [makedev(1, 8), chance],
    [makedev(1, 9), chance],
  ]);
};

/** The driver of a device node; ENXIO when there is none, as for a device file without hardware. */
export const openDevice = (devices: Devices, type: FileMode, rdev: number): Device =>
  (type === S_IFCHR ? devices.get(rdev) : undefined) ?? fail('ENXIO');
