import { FS_APPEND_FL, FS_IMMUTABLE_FL } from '../../fs/index.ts';
import type { Superblock } from '../superblock.ts';
import { canCarry } from '../xattr/marks.ts';
import type { OverlayInode } from './overlay-inode.ts';

const LETTERS: readonly (readonly [letter: string, flag: number])[] = [
  ['a', FS_APPEND_FL],
  ['i', FS_IMMUTABLE_FL],
];

/** The value of the protattr mark, e.g. `ai`; empty for flags that protect nothing. */
export const protectionText = (flags: number): string =>
  LETTERS.filter(([, flag]) => (flags & flag) !== 0)
    .map(([letter]) => letter)
    .join('');

/** The flags of the effective object, with those that an upper one has only through the mount. */
export const flagsOf = (superblock: Superblock, inode: OverlayInode): number => {
  const real = inode.fs.getFlags?.(inode.real) ?? 0;
  return inode.upper === undefined ? real : real | protectionOf(superblock, inode);
};

const protectionOf = ({ marks }: Superblock, inode: OverlayInode): number => {
  if (inode.protection === undefined) {
    const mark = canCarry(marks, inode.type) ? inode.fs.getxattr(inode.real, marks.protattr) : undefined;
    const text = mark === undefined ? '' : new TextDecoder().decode(mark);
    inode.protection = LETTERS.reduce((flags, [letter, flag]) => (text.includes(letter) ? flags | flag : flags), 0);
  }
  return inode.protection;
};
