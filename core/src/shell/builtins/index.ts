/** What a shell does itself. Special built-ins (POSIX 2.14) end the shell on an error and are found before functions. */
import type { ShellState } from '../language/state.ts';
import { control } from './control.ts';
import { directory } from './directory.ts';
import { echo } from './text/echo.ts';
import { environment } from './environment.ts';
import { getopts, read } from './input.ts';
import { jobs, kill, wait } from './jobs.ts';
import { printf } from './text/printf.ts';
import { describe } from './describe.ts';
import { test } from './conditions/test.ts';

export type Builtin = (state: ShellState, args: readonly string[]) => number | Promise<number>;
export type Builtins = Readonly<Record<string, Builtin>>;

const {
  colon,
  break: breakLoop,
  continue: continueLoop,
  eval: evaluate,
  exit,
  return: returnFrom,
  dot,
  trap,
} = control;
const { export: exportNames, readonly, set, shift, unset, local, umask } = environment;

const own = <Value extends object>(table: Value): Value => Object.assign(Object.create(null) as object, table) as Value;

export const SPECIAL: Builtins = own({
  ':': colon,
  '.': dot,
  source: dot,
  break: breakLoop,
  continue: continueLoop,
  eval: evaluate,
  exit,
  export: exportNames,
  readonly,
  return: returnFrom,
  set,
  shift,
  trap,
  unset,
});

export const BUILTINS: Builtins = own({
  ...SPECIAL,
  '[': (state: ShellState, args: readonly string[]) => test(state, args, true),
  cd: directory.cd,
  pwd: directory.pwd,
  command: describe.command,
  type: describe.type,
  hash: colon,
  echo,
  false: () => 1,
  getopts,
  local,
  printf,
  read,
  test: (state: ShellState, args: readonly string[]) => test(state, args, false),
  true: colon,
  umask,
  wait,
  jobs,
  kill,
});

/** After these, `name=value` is an assignment, which is not split. */
export const DECLARING: ReadonlySet<string> = new Set(['export', 'readonly', 'local']);
