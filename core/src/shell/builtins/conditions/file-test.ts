/** The primaries of `test`, `[` and `[[`. */
import { compareNames, FsError, S_IFMT } from '../../../fs/index.ts';
import { typeLetter } from '../../file-mode.ts';
import type { ShellState } from '../../language/state.ts';
import { statOrNothing } from '../../open-path.ts';

const TYPES: Record<string, string> = { b: 'b', c: 'c', d: 'd', f: '-', p: 'p', S: 's', h: 'l', L: 'l' };
const BITS: Record<string, number> = { g: 0o2000, k: 0o1000, u: 0o4000 };
const RIGHTS: Record<string, number> = { r: 4, w: 2, x: 1 };

export const isFileTest = (word: string): boolean => /^-[bcdefghkLprsSuwxGO]$/.test(word);

const allows = (state: ShellState, path: string, mask: number): boolean => {
  try {
    state.process.access(path, mask);
    return true;
  } catch (error) {
    if (error instanceof FsError) return false;
    throw error;
  }
};

/** `-e path` and its kin. */
export const testFile = (state: ShellState, operator: string, path: string): boolean => {
  const letter = operator.slice(1);
  const right = RIGHTS[letter];
  if (right !== undefined) return allows(state, path, right);
  const stat = statOrNothing(state.process, path, letter !== 'h' && letter !== 'L');
  if (stat === undefined) return false;
  const bit = BITS[letter];
  if (bit !== undefined) return (stat.mode & bit) !== 0;
  const type = TYPES[letter];
  if (type !== undefined) return typeLetter(stat.mode & S_IFMT) === type;
  if (letter === 's') return stat.size > 0;
  if (letter === 'O') return stat.uid === state.process.caller.uid;
  if (letter === 'G') return stat.gid === state.process.caller.gid;
  return true;
};

/** -nt, -ot and -ef. dash wants both files to be there. */
export const compareFiles = (state: ShellState, left: string, operator: string, right: string): boolean => {
  const one = statOrNothing(state.process, left);
  const other = statOrNothing(state.process, right);
  if (one === undefined || other === undefined) return false;
  if (operator === '-nt') return one.mtime > other.mtime;
  if (operator === '-ot') return one.mtime < other.mtime;
  return one.ino === other.ino && one.dev === other.dev;
};

export const compareNumbers = (left: number, operator: string, right: number): boolean => {
  switch (operator) {
    case '-eq':
      return left === right;
    case '-ne':
      return left !== right;
    case '-lt':
      return left < right;
    case '-le':
      return left <= right;
    case '-gt':
      return left > right;
    default:
      return left >= right;
  }
};

export const compareStrings = (left: string, operator: string, right: string): boolean => {
  if (operator === '<') return compareNames(left, right) < 0;
  if (operator === '>') return compareNames(left, right) > 0;
  return (left === right) === (operator !== '!=');
};
