/** Inodes in the words a terminal would use. */
import {
  majorOf,
  minorOf,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  type Nanoseconds,
  type Stat,
} from '@layerscope/core/fs';
import type { NodeType } from '../layer-values.ts';

/** RFC 3339 to the second. */
export const timeText = (time: Nanoseconds): string =>
  `${new Date(Number(time / 1_000_000n)).toISOString().slice(0, 19)}Z`;

const TYPES: Readonly<Record<number, readonly [letter: string, type: NodeType]>> = {
  [S_IFREG]: ['-', 'file'],
  [S_IFDIR]: ['d', 'directory'],
  [S_IFLNK]: ['l', 'symlink'],
  [S_IFCHR]: ['c', 'char'],
  [S_IFBLK]: ['b', 'block'],
  [S_IFIFO]: ['p', 'fifo'],
  [S_IFSOCK]: ['s', 'socket'],
};

/** A whiteout is a character device 0:0, and is shown as such wherever the layer itself is looked at. */
export const typeOf = ({ mode, rdev }: Stat): NodeType =>
  (mode & S_IFMT) === S_IFCHR && rdev === 0 ? 'whiteout' : (TYPES[mode & S_IFMT]?.[1] ?? 'file');

const BITS = 'rwxrwxrwx';

/** `drwxr-sr-t`, as ls(1) writes it. */
export const modeText = (mode: number): string => {
  const letters = [...BITS].map((letter, at) => ((mode >> (8 - at)) & 1 ? letter : '-'));
  for (const [bit, at, letter] of [
    [0o4000, 2, 's'],
    [0o2000, 5, 's'],
    [0o1000, 8, 't'],
  ] as const)
    if (mode & bit) letters[at] = letters[at] === 'x' ? letter : letter.toUpperCase();
  return (TYPES[mode & S_IFMT]?.[0] ?? '?') + letters.join('');
};

export const deviceText = (rdev: number): string => `${majorOf(rdev)}:${minorOf(rdev)}`;
