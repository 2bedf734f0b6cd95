/** Mode strings: `drwxr-xr-x` out, `755` and `u+x,go=` in. */
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG, S_IFSOCK, type FileMode } from '../fs/index.ts';

const LETTERS: Record<number, string> = {
  [S_IFSOCK]: 's',
  [S_IFLNK]: 'l',
  [S_IFREG]: '-',
  [S_IFBLK]: 'b',
  [S_IFDIR]: 'd',
  [S_IFCHR]: 'c',
  [S_IFIFO]: 'p',
};

/** The letter of the file's type, as `ls -l` and `find -type` (but for `f`) have it. */
export const typeLetter = (mode: FileMode): string => LETTERS[mode & S_IFMT] ?? '?';

const triplet = (bits: number, special: boolean, letter: string): string => {
  const execute = (bits & 1) !== 0;
  const last = special ? (execute ? letter : letter.toUpperCase()) : execute ? 'x' : '-';
  return `${(bits & 4) === 0 ? '-' : 'r'}${(bits & 2) === 0 ? '-' : 'w'}${last}`;
};

/** `-rwsr-x--t`. */
export const modeString = (mode: FileMode): string =>
  typeLetter(mode) +
  triplet((mode >> 6) & 7, (mode & 0o4000) !== 0, 's') +
  triplet((mode >> 3) & 7, (mode & 0o2000) !== 0, 's') +
  triplet(mode & 7, (mode & 0o1000) !== 0, 't');

/** What stat(1) and find(1) call the type. */
export const typeName = (mode: FileMode, size: number): string =>
  ({
    '-': size === 0 ? 'regular empty file' : 'regular file',
    d: 'directory',
    l: 'symbolic link',
    c: 'character special file',
    b: 'block special file',
    p: 'fifo',
    s: 'socket',
  })[typeLetter(mode)] ?? 'weird file';

/** One clause of a symbolic mode, or an octal one (`operator` `=` for all bits). */
interface Clause {
  /** Which of the twelve bits the clause is about. */
  readonly who: number;
  /** Whether `who` was left out, so that the umask keeps its bits. */
  readonly masked: boolean;
  readonly operator: '+' | '-' | '=';
  readonly bits: number;
  /** `X`: execute only for directories and what somebody may execute already. */
  readonly conditional: boolean;
  /** `u`, `g`, `o` on the right: the bits that class has now. */
  readonly copies: number | undefined;
  /** An octal mode; one of fewer than five digits leaves a directory's setuid and setgid bits (GNU). */
  readonly octal: 'short' | 'long' | undefined;
}

export type ModeChange = readonly Clause[];

const WHO: Record<string, number> = { u: 0o4700, g: 0o2070, o: 0o1007, a: 0o7777 };
const RIGHTS: Record<string, number> = { r: 0o444, w: 0o222, x: 0o111, s: 0o6000, t: 0o1000, X: 0 };
const SHIFTS: Record<string, number> = { u: 6, g: 3, o: 0 };

/** Reads a mode; `undefined` when it is none. */
export const parseModeChange = (text: string): ModeChange | undefined => {
  if (/^[0-7]{1,5}$/.test(text)) {
    const bits = Number.parseInt(text, 8);
    if (bits > 0o7777) return undefined;
    return [
      {
        who: 0o7777,
        masked: false,
        operator: '=',
        bits,
        conditional: false,
        copies: undefined,
        octal: text.length < 5 ? 'short' : 'long',
      },
    ];
  }
  const clauses: Clause[] = [];
  for (const clause of text.split(',')) {
    const match = /^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]))+)$/.exec(clause);
    if (match === null) return undefined;
    const letters = match[1] ?? '';
    const who = letters === '' ? 0o7777 : [...letters].reduce((bits, letter) => bits | (WHO[letter] ?? 0), 0);
    for (const [, operator, rights = ''] of (match[2] ?? '').matchAll(/([-+=])([rwxXstugo]*)/g)) {
      const copies = SHIFTS[rights];
      clauses.push({
        who,
        masked: letters === '',
        operator: operator as Clause['operator'],
        bits: [...rights].reduce((bits, letter) => bits | (RIGHTS[letter] ?? 0), 0),
        conditional: rights.includes('X'),
        copies,
        octal: undefined,
      });
    }
  }
  return clauses;
};

/** The permission bits after the change. */
export const applyModeChange = (
  change: ModeChange,
  mode: number,
  { directory, umask }: { readonly directory: boolean; readonly umask: number },
): number => {
  let result = mode & 0o7777;
  for (const { who, masked, operator, bits, conditional, copies, octal } of change) {
    if (octal !== undefined) {
      result = bits | (directory && octal === 'short' ? result & 0o6000 : 0);
      continue;
    }
    let value = bits;
    if (copies !== undefined) value = ((result >> copies) & 7) * 0o111;
    if (conditional && (directory || (result & 0o111) !== 0)) value |= 0o111;
    value &= who & (masked ? ~umask : ~0);
    if (operator === '+') result |= value;
    else if (operator === '-') result &= ~value;
    else {
      // GNU: on a directory `=` without s leaves setuid and setgid as they are.
      const kept = directory ? result & who & 0o6000 : 0;
      result = (result & ~who) | value | kept;
    }
  }
  return result;
};
