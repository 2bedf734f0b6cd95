/** `cd` and `pwd`: the logical directory in `$PWD`, the physical one with -P. */
import { FsError } from '../../fs/index.ts';
import { assign, lookup, type ShellState } from '../language/state.ts';
import { statOrNothing } from '../open-path.ts';
import type { Builtin } from './index.ts';
import { failWith, write } from './output.ts';

/** `$PWD` when it still names the working directory, else what the kernel says. */
const logicalDirectory = (state: ShellState): string => {
  const named = lookup(state, 'PWD');
  const here = statOrNothing(state.process, '.');
  const there = named?.startsWith('/') === true ? statOrNothing(state.process, named) : undefined;
  const same = here !== undefined && there !== undefined && here.ino === there.ino && here.dev === there.dev;
  return same && named !== undefined ? named : state.process.getcwd();
};

/** Resolves `.` and `..` in the text of the path, as `cd -L` does. */
const normalise = (path: string): string => {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return `/${names.join('/')}`;
};

const candidatesOf = (state: ShellState, target: string): readonly string[] => {
  if (/^\.{0,2}(\/|$)/.test(target)) return [target];
  const directories = (lookup(state, 'CDPATH') ?? '').split(':').filter((directory) => directory !== '');
  return [...directories.map((directory) => `${directory}/${target}`), target];
};

export const directory: Readonly<Record<'cd' | 'pwd', Builtin>> = {
  cd: (state, args) => {
    const physical = args[0] === '-P';
    const [given] = args[0] === '-P' || args[0] === '-L' || args[0] === '--' ? args.slice(1) : args;
    const target = given === '-' ? lookup(state, 'OLDPWD') : (given ?? lookup(state, 'HOME'));
    if (target === undefined) return given === '-' ? failWith(state, 'cd: OLDPWD not set', 2) : 0;
    const before = logicalDirectory(state);
    for (const candidate of candidatesOf(state, target)) {
      const path = candidate.startsWith('/') ? candidate : `${before}/${candidate}`;
      try {
        state.process.chdir(physical ? candidate : normalise(path));
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        continue;
      }
      const now = physical ? state.process.getcwd() : normalise(path);
      assign(state, 'OLDPWD', before, { exported: true });
      assign(state, 'PWD', now, { exported: true });
      return given === '-' || candidate !== target ? write(state, 'cd', `${now}\n`) : 0;
    }
    return failWith(state, `cd: can't cd to ${target}`, 2);
  },
  pwd: (state, [option]) =>
    write(state, 'pwd', `${option === '-P' ? state.process.getcwd() : logicalDirectory(state)}\n`),
};
