import type { OverlayMount } from '../options.ts';

/** How the inode numbers of the layers are shown. */
export interface LayerNumbers {
  /** All layers are on one file system, or xino makes them look so. */
  readonly oneDevice: boolean;
  readonly xino: boolean;
  /** What the kernel logs about it. */
  readonly log: string | undefined;
  /** The st_dev of what a file system with this device number holds. */
  devOf(real: number): number;
  /** What is added to its lower inode numbers. */
  highBitsOf(real: number): bigint | undefined;
}

const NUMBER_BITS = 64;

/**
 * Number 0 is kept for the upper file system, even when there is none; the others are counted from 1 in the order of
 * layers. One bit more than that takes is left free, for numbers that Linux makes up itself.
 */
export const layerNumbers = (mount: OverlayMount): LayerNumbers => {
  const { upper, lowers, dataLowers = [], dev } = mount;
  const asked = mount.options?.xino ?? 'off';
  const others = new Set([...lowers, ...dataLowers].map(({ fs }) => fs.dev));
  if (upper !== undefined) others.delete(upper.fs.dev);
  const fileSystems = [...(upper ? [upper.fs.dev] : []), ...others];
  const isOne = fileSystems.length <= 1;
  if (isOne) {
    const log = asked === 'on' ? '"xino=on" is useless with all layers on same fs, ignore.' : undefined;
    return { oneDevice: true, xino: false, log, devOf: () => dev, highBitsOf: () => undefined };
  }
  if (asked !== 'off') {
    const bits = Math.floor(Math.log2(others.size)) + 2;
    const shift = BigInt(NUMBER_BITS + 1 - bits);
    const ids = [...others];
    return {
      oneDevice: true,
      xino: true,
      log: `"xino" feature enabled using ${bits} upper inode bits.`,
      devOf: () => dev,
      highBitsOf: (real) => (others.has(real) ? BigInt(ids.indexOf(real) + 1) << shift : undefined),
    };
  }
  let last = dev;
  const next = mount.anonymousDev ?? ((): number => (last += 1));
  const devs = new Map(fileSystems.map((real) => [real, next()]));
  return {
    oneDevice: false,
    xino: false,
    log: undefined,
    devOf: (real) => devs.get(real) ?? dev,
    highBitsOf: () => undefined,
  };
};
