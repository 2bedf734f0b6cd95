/**
 * A path cut into components. Cutting costs more than looking a component up, and the paths that programs name lie in
 * directories that they named before: the cut of a directory's path is remembered, only the last component is cut off
 * anew. The components of a directory are then the very same strings each time, with their hash computed.
 */
import { PATH_MAX, fail, isLongerThan } from '../fs/index.ts';

export interface ParsedPath {
  /** All components but the last, `.` and `..` among them, empty ones dropped. */
  readonly names: readonly string[];
  /** `''` when the path has no component: it is the root. */
  readonly last: string;
  readonly absolute: boolean;
  /** Ends in a slash: the last component must be, or become, a directory. */
  readonly slash: boolean;
}

/** Throws ENOENT for an empty path, ENAMETOOLONG for one of 4096 bytes or more, EINVAL for a NUL in it. */
export const parsePath = (path: string): ParsedPath => {
  const { length } = path;
  if (length === 0) return fail('ENOENT');
  if (length * 3 >= PATH_MAX && isLongerThan(path, PATH_MAX - 1)) return fail('ENAMETOOLONG');
  if (path.includes('\0')) return fail('EINVAL');
  const absolute = path.charCodeAt(0) === SLASH;
  let end = length;
  while (end > 0 && path.charCodeAt(end - 1) === SLASH) end -= 1;
  if (end === 0) return { names: NO_NAMES, last: '', absolute, slash: false };
  const cut = path.lastIndexOf('/', end - 1);
  return {
    names: cut <= 0 ? NO_NAMES : directoryNames(path.slice(0, cut)),
    last: path.slice(cut + 1, end),
    absolute,
    slash: end < length,
  };
};

const SLASH = 47;
const NO_NAMES: readonly string[] = [];

/**
 * What was cut last, by a place computed from length and a few characters: a hit costs one comparison, a miss replaces
 * what was there. A table of all paths would have to hash each one, and keep the many that are named only once.
 */
const SLOTS = 1024;
const paths: string[] = Array.from({ length: SLOTS }, () => '');
const cuts: (readonly string[])[] = Array.from({ length: SLOTS }, () => NO_NAMES);

const slotOf = (path: string): number => {
  const { length } = path;
  const mixed = path.charCodeAt(length - 1) * 31 + path.charCodeAt(length - 2) * 17 + path.charCodeAt(length >> 1);
  return (length * 131 + mixed) & (SLOTS - 1);
};

const directoryNames = (path: string): readonly string[] => {
  const slot = slotOf(path);
  if (paths[slot] === path) return cuts[slot] ?? NO_NAMES;
  const cut = path.lastIndexOf('/');
  const above = cut <= 0 ? NO_NAMES : directoryNames(path.slice(0, cut));
  const names = cut === path.length - 1 ? above : [...above, path.slice(cut + 1)];
  paths[slot] = path;
  cuts[slot] = names;
  return names;
};
