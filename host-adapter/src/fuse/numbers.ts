import type { Stat } from '@layerscope/core/fs';

/** Above the inode numbers that file systems use. */
const SHIFT = 56n;

/**
 * Inode numbers that are unique in a mount. Its file system may show objects of several devices with numbers of their
 * own, but a FUSE mount has one st_dev: two files with one number would pass for hard links, and `cp -a` would make them
 * so. Those of other devices get the device's ordinal in their upper bits, as with the kernel's xino.
 */
export class Numbers {
  readonly #dev: number;
  readonly #ordinals = new Map<number, bigint>();

  constructor(dev: number) {
    this.#dev = dev;
  }

  of({ dev, ino }: Stat): bigint {
    if (dev === this.#dev) return ino;
    let ordinal = this.#ordinals.get(dev);
    if (ordinal === undefined) this.#ordinals.set(dev, (ordinal = BigInt(this.#ordinals.size + 1) << SHIFT));
    return ino | ordinal;
  }
}
