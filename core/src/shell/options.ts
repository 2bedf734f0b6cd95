/**
 * The command line as getopt_long(3) reads it: short options in clusters, long ones by any unambiguous prefix,
 * operands and options in any order, `--` ends the options. Messages are getopt's.
 */
import { encodeName } from '../fs/index.ts';
import type { Invocation } from './command.ts';

/** `short` is getopt's string (`m:` takes a value). `long` maps a long name to the letter or name it stands for. */
export interface OptionTable {
  readonly short: string;
  readonly long?: Readonly<Record<string, string>>;
  /** Names in `long` (values of the map) that take a value, or may take one after `=`. */
  readonly valued?: readonly string[];
  readonly optional?: readonly string[];
  /** Status on a usage error; 1 but for ls and sort. */
  readonly failure?: number;
  /** Stop at the first operand, as programs do that run another one. */
  readonly ordered?: boolean;
}

export interface Options {
  readonly given: readonly (readonly [name: string, value: string])[];
  readonly operands: readonly string[];
  has(...names: readonly string[]): boolean;
  /** The last value given to any of the names. */
  value(...names: readonly string[]): string | undefined;
  /** Which of the names was given last. */
  last(...names: readonly string[]): string | undefined;
}

/** A command line that cannot be obeyed: `message` goes to stderr whole, `status` is the exit status. */
export class UsageError extends Error {
  readonly status: number;

  constructor(message: string, status = 1) {
    super(message);
    this.name = 'UsageError';
    this.status = status;
  }
}

const takesValue = (table: OptionTable, name: string): boolean =>
  name.length === 1 ? table.short.includes(`${name}:`) : (table.valued?.includes(name) ?? false);

/** Throws `UsageError` with getopt's text and the pointer to `--help` that GNU programs add. */
export const parseOptions = (invocation: Invocation, table: OptionTable): Options => {
  const given: (readonly [string, string])[] = [];
  const operands: string[] = [];
  const { args } = invocation;
  const refuse = (message: string): never => {
    throw usage(invocation, message, table.failure ?? 1);
  };
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    if (arg === '--') {
      operands.push(...args.slice(at + 1));
      break;
    }
    if (arg === '-' || !arg.startsWith('-')) {
      if (table.ordered === true) {
        operands.push(...args.slice(at));
        break;
      }
      operands.push(arg);
    } else if (arg.startsWith('--')) {
      const equals = arg.indexOf('=');
      const typed = arg.slice(2, equals < 0 ? undefined : equals);
      const name = longName(table, typed, refuse);
      if (takesValue(table, name)) {
        if (equals < 0 && at + 1 >= args.length) refuse(`option '--${spelled(table, typed)}' requires an argument`);
        given.push([name, equals < 0 ? (args[++at] ?? '') : arg.slice(equals + 1)]);
      } else {
        if (equals >= 0 && !table.optional?.includes(name))
          refuse(`option '--${spelled(table, typed)}' doesn't allow an argument`);
        given.push([name, equals < 0 ? '' : arg.slice(equals + 1)]);
      }
    } else {
      for (let letter = 1; letter < arg.length; letter++) {
        const name = arg[letter] ?? '';
        if (name === ':' || !table.short.includes(name)) refuse(`invalid option -- '${name}'`);
        if (!takesValue(table, name)) given.push([name, '']);
        else {
          const rest = arg.slice(letter + 1);
          if (rest === '' && at + 1 >= args.length) refuse(`option requires an argument -- '${name}'`);
          given.push([name, rest === '' ? (args[++at] ?? '') : rest]);
          break;
        }
      }
    }
  }
  return {
    given,
    operands,
    has: (...names) => given.some(([name]) => names.includes(name)),
    value: (...names) => given.findLast(([name]) => names.includes(name))?.[1],
    last: (...names) => given.findLast(([name]) => names.includes(name))?.[0],
  };
};

const candidates = (table: OptionTable, typed: string): readonly string[] => {
  const names = Object.keys(table.long ?? {});
  return names.includes(typed) ? [typed] : names.filter((name) => name.startsWith(typed));
};

const spelled = (table: OptionTable, typed: string): string => candidates(table, typed)[0] ?? typed;

const longName = (table: OptionTable, typed: string, refuse: (message: string) => never): string => {
  const found = candidates(table, typed);
  const meanings = new Set(found.map((name) => table.long?.[name]));
  if (found.length === 0) return refuse(`unrecognized option '--${typed}'`);
  if (meanings.size > 1)
    return refuse(`option '--${typed}' is ambiguous; possibilities: ${found.map((name) => `'--${name}'`).join(' ')}`);
  return table.long?.[found[0] ?? ''] ?? typed;
};

/** `name: message`, and GNU's pointer to its manual. */
export const usage = (invocation: Invocation, message: string, status = 1): UsageError =>
  new UsageError(`${invocation.name}: ${message}\nTry '${invocation.name} --help' for more information.\n`, status);

/** Runs a program; a usage error becomes its message and status. */
export const withUsage = async (invocation: Invocation, body: () => number | Promise<number>): Promise<number> => {
  try {
    return await body();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    invocation.stderr.write(encodeName(error.message));
    return error.status;
  }
};
