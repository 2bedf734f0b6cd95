/** `export`, `readonly`, `local`, `set`, `shift`, `unset` and `umask`. */
import { ShellError } from '../language/errors.ts';
import { assign, type ShellState, type Variable } from '../language/state.ts';
import { compareNames } from '../../fs/index.ts';
import { applyModeChange, parseModeChange } from '../file-mode.ts';
import type { Builtin } from './index.ts';
import { failWith, shellQuote, write } from './output.ts';

const split = (word: string): readonly [name: string, value: string | undefined] => {
  const equals = word.indexOf('=');
  const name = equals < 0 ? word : word.slice(0, equals);
  if (!/^[A-Za-z_]\w*$/.test(name)) throw new ShellError(`${word}: bad variable name`);
  return [name, equals < 0 ? undefined : word.slice(equals + 1)];
};

const listing = (state: ShellState, prefix: string, wanted: (variable: Variable) => boolean): string =>
  [...state.variables]
    .filter(([, variable]) => wanted(variable))
    .toSorted(([left], [right]) => compareNames(left, right))
    .map(([name, { value }]) => `${prefix}${name}${value === undefined ? '' : `=${shellQuote(value)}`}\n`)
    .join('');

const declare =
  (name: 'export' | 'readonly', change: Partial<Variable>, wanted: (variable: Variable) => boolean) =>
  (state: ShellState, args: readonly string[]): number => {
    if (args.length === 0 || (args.length === 1 && args[0] === '-p'))
      return write(state, name, listing(state, `${name} `, wanted));
    for (const word of args[0] === '--' ? args.slice(1) : args) {
      const [variable, value] = split(word);
      assign(state, variable, value, change);
    }
    return 0;
  };

const OPTIONS: Record<string, string> = {
  allexport: 'a',
  errexit: 'e',
  noglob: 'f',
  noexec: 'n',
  nounset: 'u',
  verbose: 'v',
  xtrace: 'x',
  noclobber: 'C',
};

const optionListing = (state: ShellState): string =>
  `Current option settings\n${Object.entries(OPTIONS)
    .map(([name, letter]) => `${name.padEnd(16)}${state.options.has(letter) ? 'on' : 'off'}\n`)
    .join('')}`;

const setOption = (state: ShellState, letter: string, on: boolean): void => {
  if (on) state.options.add(letter);
  else state.options.delete(letter);
};

export const environment: Readonly<
  Record<'export' | 'readonly' | 'local' | 'set' | 'shift' | 'unset' | 'umask', Builtin>
> = {
  export: declare('export', { exported: true }, ({ exported }) => exported),
  readonly: declare('readonly', { readonly: true }, (variable) => variable.readonly),
  local: (state, args) => {
    const scope = state.locals.at(-1);
    if (scope === undefined) throw new ShellError('local: not in a function');
    for (const word of args) {
      const [name, value] = split(word);
      if (!scope.has(name)) scope.set(name, state.variables.get(name));
      if (value !== undefined) assign(state, name, value);
    }
    return 0;
  },
  set: (state, args) => {
    if (args.length === 0)
      return write(
        state,
        'set',
        listing(state, '', ({ value }) => value !== undefined),
      );
    for (let at = 0; at < args.length; at++) {
      const arg = args[at] ?? '';
      if (arg === '--') {
        state.positional = args.slice(at + 1);
        return 0;
      }
      if (!/^[-+]/.test(arg) || arg === '-') {
        state.positional = args.slice(arg === '-' ? at + 1 : at);
        return 0;
      }
      for (const letter of arg.slice(1)) {
        if (letter === 'o') {
          const name = args[++at];
          if (name === undefined) return write(state, 'set', optionListing(state));
          const known = OPTIONS[name];
          if (known === undefined) throw new ShellError(`set: Illegal option ${arg} ${name}`);
          setOption(state, known, arg.startsWith('-'));
        } else if (Object.values(OPTIONS).includes(letter)) setOption(state, letter, arg.startsWith('-'));
        else throw new ShellError(`set: Illegal option ${arg.charAt(0)}${letter}`);
      }
    }
    return 0;
  },
  shift: (state, [count = '1']) => {
    if (!/^\d+$/.test(count)) throw new ShellError(`shift: Illegal number: ${count}`);
    if (Number(count) > state.positional.length) throw new ShellError("shift: can't shift that many");
    state.positional = state.positional.slice(Number(count));
    return 0;
  },
  unset: (state, args) => {
    const functions = args[0] === '-f';
    for (const name of args[0] === '-f' || args[0] === '-v' ? args.slice(1) : args) {
      if (functions) state.functions.delete(name);
      else if (state.variables.get(name)?.readonly === true) throw new ShellError(`unset: ${name}: is read only`);
      else state.variables.delete(name);
    }
    return 0;
  },
  umask: (state, args) => {
    const symbolic = args[0] === '-S';
    const [mask] = symbolic ? args.slice(1) : args;
    const current = state.process.umask(0);
    state.process.umask(current);
    if (mask === undefined) {
      const letters = [6, 3, 0].map((shift) =>
        [...'rwx'].filter((_, bit) => ((~current >> shift) & 7 & (4 >> bit)) !== 0).join(''),
      );
      const text = symbolic ? `u=${letters[0]},g=${letters[1]},o=${letters[2]}` : current.toString(8).padStart(4, '0');
      return write(state, 'umask', `${text}\n`);
    }
    if (/^[0-7]+$/.test(mask)) state.process.umask(Number.parseInt(mask, 8) & 0o777);
    else {
      const change = parseModeChange(mask);
      if (/^\d/.test(mask)) return failWith(state, `umask: Illegal number: ${mask}`, 2);
      if (change === undefined) return failWith(state, `umask: Illegal mode: ${mask}`, 2);
      state.process.umask(~applyModeChange(change, ~current & 0o777, { directory: false, umask: 0 }) & 0o777);
    }
    return 0;
  },
};
