/**
 * Command lines as ctr reads them: flags may stand anywhere among the operands, and are moved in front of them first; what
 * is in front is then read as Go's flag package does, which ends at the first operand. A switch takes no value, so that an
 * operand moved along behind it ends the flags: `--sync image --other` leaves `--other` an operand.
 */
import type { Flag } from './command.ts';

/** Values by the flag's first name. */
export interface FlagValues {
  readonly given: ReadonlyMap<string, readonly string[]>;
  /** The flags that may be given here: one hides that of a command above, also where it was not given. */
  readonly known: ReadonlySet<string>;
  readonly operands: readonly string[];
}

/** What is wrong with a command line, in Go's words. */
export class UsageError extends Error {}

const nameOf = (argument: string): string | undefined => /^--?([^-=][^=]*)/.exec(argument)?.[1];

const flagOf = (flags: readonly Flag[], argument: string): Flag | undefined => {
  const name = nameOf(argument);
  return name === undefined ? undefined : flags.find(({ names }) => names.includes(name));
};

const flagsFirst = (flags: readonly Flag[], args: readonly string[]): readonly string[] => {
  const first: string[] = [];
  const rest: string[] = [];
  let mayBeValue = false;
  for (const [index, argument] of args.entries()) {
    if (mayBeValue && flagOf(flags, argument) === undefined) {
      mayBeValue = false;
      first.push(argument);
    } else if (argument === '--') {
      rest.push(...args.slice(index));
      break;
    } else if (flagOf(flags, argument) !== undefined) {
      first.push(argument);
      mayBeValue = !argument.includes('=');
    } else rest.push(argument);
  }
  return [...first, ...rest];
};

const BOOLEANS: Readonly<Record<string, string>> = {
  '1': 'true',
  t: 'true',
  T: 'true',
  true: 'true',
  TRUE: 'true',
  True: 'true',
  '0': 'false',
  f: 'false',
  F: 'false',
  false: 'false',
  FALSE: 'false',
  False: 'false',
};
const DURATION = /^[+-]?(?:0|(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h))+$/;

const checked = ({ names: [name], type }: Flag, written: string, value: string): string => {
  const refuse = (problem: string): never => {
    throw new UsageError(`invalid value ${JSON.stringify(value)} for flag -${written}: ${problem}`);
  };
  if (type === 'bool') return BOOLEANS[value] ?? refuseBoolean(written, value);
  if (type === 'int' && !/^[+-]?\d+$/.test(value)) return refuse('parse error');
  if (type === 'duration' && !DURATION.test(value)) return refuse('parse error');
  return name === '' ? '' : value;
};

const refuseBoolean = (written: string, value: string): never => {
  throw new UsageError(`invalid boolean value ${JSON.stringify(value)} for -${written}: parse error`);
};

/** Reads the arguments of a command. Throws `UsageError`. */
export const parseFlags = (flags: readonly Flag[], args: readonly string[], endsFlags: boolean): FlagValues => {
  const line = endsFlags ? args : flagsFirst(flags, args);
  const given = new Map<string, readonly string[]>();
  let at = 0;
  for (; at < line.length; at++) {
    const argument = line[at] as string;
    if (argument === '--') {
      at += 1;
      break;
    }
    if (!argument.startsWith('-') || argument === '-') break;
    const name = nameOf(argument);
    if (name === undefined) throw new UsageError(`bad flag syntax: ${argument}`);
    const flag = flagOf(flags, argument);
    if (flag === undefined) throw new UsageError(`flag provided but not defined: -${name}`);
    const equals = argument.indexOf('=');
    let value = equals === -1 ? undefined : argument.slice(equals + 1);
    if (value === undefined && flag.type === 'bool') value = 'true';
    if (value === undefined) {
      at += 1;
      value = line[at];
      if (value === undefined) throw new UsageError(`flag needs an argument: -${name}`);
    }
    const before = flag.type === 'strings' ? (given.get(flag.names[0]) ?? []) : [];
    given.set(flag.names[0], [...before, checked(flag, name, value)]);
  }
  return { given, known: new Set(flags.map(({ names: [name] }) => name)), operands: line.slice(at) };
};

const UNITS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 6e10, h: 3.6e12 };

/** Nanoseconds of a Go duration, e.g. `1h30m`. */
export const durationOf = (text: string): bigint => {
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/g))
    total += Number(amount) * (UNITS[unit ?? ''] ?? 0);
  return BigInt(Math.trunc(text.startsWith('-') ? -total : total));
};
