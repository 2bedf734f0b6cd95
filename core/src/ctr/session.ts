/** One run of ctr: what its command finds, and where it prints. */
import type { Output, RunOptions } from '../shell/index.ts';
import type { Client, CommandResult, CommandTarget } from '../sandbox/index.ts';
import { logLine } from './print/log-line.ts';
import type { FlagValues } from './line/parse.ts';

export interface Session {
  readonly node: CommandTarget;
  /** Where the run's input comes from, and where output goes as it comes. */
  readonly io: RunOptions;
  readonly operands: readonly string[];
  /** The services of the namespace. FailedPrecondition, InvalidArgument for a bad one. */
  readonly client: Client;
  /** Whether a switch was given, here or at a command above. */
  has(flag: string): boolean;
  /** `''` when it was not given and has no default. */
  value(flag: string): string;
  /** Every value of a flag that may be given several times. */
  values(flag: string): readonly string[];
  print(text: string | Uint8Array): void;
  /** To stderr. */
  warn(text: string | Uint8Array): void;
  /** Logs an error and goes on. */
  log(level: 'error' | 'warning', message: string, error?: string): void;
  /** Prints the help of the running command. */
  help(): void;
}

/** What was printed so far; passed on to `also` as it comes. */
export interface Printed {
  write(text: string | Uint8Array): void;
  bytes(): Uint8Array;
}

export const printed = (also: Output | undefined): Printed => {
  const parts: Uint8Array[] = [];
  return {
    write: (text) => {
      const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
      parts.push(bytes);
      also?.write(bytes);
    },
    bytes: () => joined(parts),
  };
};

export const joined = (parts: readonly Uint8Array[]): Uint8Array => {
  const all = new Uint8Array(parts.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};

export interface SessionOptions {
  readonly node: CommandTarget;
  readonly io: RunOptions;
  readonly namespace: string;
  /** Of the command and those above it, nearest first. */
  readonly flags: readonly FlagValues[];
  readonly defaults: ReadonlyMap<string, string>;
  readonly operands: readonly string[];
  readonly help: string;
  readonly out: Printed;
  readonly err: Printed;
}

export const createSession = (options: SessionOptions): Session => {
  const { node, io, namespace, flags, defaults, operands, help, out, err } = options;
  const values = (flag: string): readonly string[] => flags.find(({ known }) => known.has(flag))?.given.get(flag) ?? [];
  return {
    node,
    io,
    operands,
    get client() {
      return node.client(namespace);
    },
    has: (flag) => values(flag).at(-1) === 'true',
    value: (flag) => values(flag).at(-1) ?? defaults.get(flag) ?? '',
    values,
    print: (text) => out.write(text),
    warn: (text) => err.write(text),
    log: (level, message, error) => err.write(logLine(node.clock.now(), level, message, error)),
    help: () => out.write(help),
  };
};

/** What a run leaves. */
export const resultOf = (exitCode: number, out: Printed, err: Printed): CommandResult => ({
  exitCode,
  stdout: out.bytes(),
  stderr: err.bytes(),
});
