/** The names of snapshots that live only while something is extracted or compared. */
import type { Clock, Random } from '../fs/index.ts';
import type { Digest } from './oci/descriptor.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Three bytes as four characters of URL-safe base64. */
const fourCharacters = ([a = 0, b = 0, c = 0]: Uint8Array): string => {
  const bits = (a << 16) | (b << 8) | c;
  return [18, 12, 6, 0].map((shift) => ALPHABET[(bits >> shift) & 63]).join('');
};

/** `<n>-<xxxx>`: n = the nanoseconds of the current second (no padding), xxxx = three random bytes. */
export const uniquePart = (clock: Clock, random: Random): string =>
  `${clock.now() % 1_000_000_000n}-${fourCharacters(random.bytes(3))}`;

/**
 * The key of a snapshot that a layer is extracted into: `extract-<n>-<xxxx> <chain ID>`. After the first blank stands
 * what will be committed; garbage collectors and tools know extractions by the prefix.
 */
export const extractionKey = (chainId: Digest, clock: Clock, random: Random): string =>
  `extract-${uniquePart(clock, random)} ${chainId}`;
