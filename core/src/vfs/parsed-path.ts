/**
 * A path cut into components. Cutting costs more than looking a component up, and programs name the same paths again
 * and again, so the cut is remembered: the components are then the very same strings, with their hash computed.
 */
import { PATH_MAX, fail, isLongerThan } from '../fs/index.ts';

export interface ParsedPath {
  /** Components in order, `.` and `..` among them, empty ones dropped. */
  readonly names: readonly string[];
  readonly absolute: boolean;
  /** Ends in a slash: the last component must be, or become, a directory. */
  readonly slash: boolean;
}

/** Two generations: a path that is asked for again moves to the young one, the old one is forgotten whole. */
const GENERATION = 4096;
let young = new Map<string, ParsedPath>();
let old = new Map<string, ParsedPath>();

const remember = (path: string, parsed: ParsedPath): ParsedPath => {
  if (young.size >= GENERATION) {
    old = young;
    young = new Map();
  }
  young.set(path, parsed);
  return parsed;
};

/** Throws ENOENT for an empty path, ENAMETOOLONG for one of 4096 bytes or more, EINVAL for a NUL in it. */
export const parsePath = (path: string): ParsedPath => {
  const known = young.get(path);
  if (known !== undefined) return known;
  const aged = old.get(path);
  if (aged !== undefined) return remember(path, aged);
  if (path === '') return fail('ENOENT');
  if (isLongerThan(path, PATH_MAX - 1)) return fail('ENAMETOOLONG');
  if (path.includes('\0')) return fail('EINVAL');
  const names = path.split('/').filter((name) => name !== '');
  return remember(path, {
    names,
    absolute: path.charCodeAt(0) === 47,
    slash: names.length > 0 && path.charCodeAt(path.length - 1) === 47,
  });
};
