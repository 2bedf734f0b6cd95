/**
 * What a program is to the shell: a function from its arguments, environment and streams to an exit status.
 * The system calls it makes are those of the process that runs the shell, so every change it makes to the file system
 * is made, checked and reported as the kernel does.
 */
import { encodeName, errnoText, FsError, type Clock, type Nanoseconds, type Random } from '../fs/index.ts';
import type { MountRow } from '../kernel/index.ts';
import type { Process } from '../vfs/index.ts';
import type { ProcessRow } from './processes/index.ts';
import type { Input, Output, Stream } from './streams.ts';

/** Another program to be run, on other streams where given. */
export interface Spawn {
  readonly argv: readonly string[];
  readonly stdin?: Input;
  readonly stdout?: Output;
  readonly environment?: ReadonlyMap<string, string>;
}

/** mount(2) and umount(2) as the shell's `mount` and `umount` reach them, and what /proc/self/mounts lists. */
export interface MountControl {
  /** Throws `FsError`. `options` as after `-o`, without what `-t`, `--bind` and `--rbind` say in other words. */
  mount(type: string, source: string, target: string, options: readonly string[]): Promise<void>;
  unmount(target: string): Promise<void>;
  list(): readonly MountRow[];
}

/** What a running program has at hand. Strings follow `names.ts` of the file system: any byte string has one. */
export interface Invocation {
  /** argv[0], as it stands in messages. */
  readonly name: string;
  readonly args: readonly string[];
  readonly process: Process;
  readonly environment: ReadonlyMap<string, string>;
  readonly stdin: Stream;
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly clock: Clock;
  readonly random: Random;
  /** Absent where the shell was made without a mount table. */
  readonly mounts?: MountControl;
  /**
   * To be awaited now and then by a program that may run for long: others get their share, a full pipe is waited for,
   * and a signal ends the program.
   */
  turn(): Promise<void>;
  /** Waits for something outside of the machine, while others go on; a signal ends the program at once. */
  outside<Answer>(promise: Promise<Answer>): Promise<Answer>;
  /** Waits while `duration` nanoseconds pass on the machine's clock; `undefined` = until a signal comes. */
  sleep(duration: Nanoseconds | undefined): Promise<void>;
  /** What ps(1) shows. */
  processes(): readonly ProcessRow[];
  /** Runs another program and waits for it, as fork, exec and wait do. Answers its status; 127 when there is none. */
  run(spawn: Spawn): Promise<number>;
}

/** A program. Answers its exit status. A thrown `FsError` ends it with its text and status 1. */
export type Command = (invocation: Invocation) => number | Promise<number>;

export const print = (invocation: Invocation, text: string): void => {
  if (text !== '') invocation.stdout.write(encodeName(text));
};

/** `name: message` on stderr; answers 1, the status such a message goes with. */
export const complain = (invocation: Invocation, message: string): number => {
  invocation.stderr.write(encodeName(`${invocation.name}: ${message}\n`));
  return 1;
};

/** strerror(3) of a failed system call. Anything else is a fault of the program and is thrown on. */
export const errorText = (error: unknown): string => {
  if (error instanceof FsError) return errnoText(error.code);
  throw error;
};

const PLAIN = /^[\x20-\x7e]*$/;
const escapes: Record<string, string> = {
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
  '\x07': '\\a',
  '\b': '\\b',
  '\v': '\\v',
  '\f': '\\f',
};

const escapeByte = (byte: number): string =>
  escapes[String.fromCharCode(byte)] ?? `\\${byte.toString(8).padStart(3, '0')}`;

/**
 * A name in a message, as GNU's `quoteaf` gives it in the C locale: always in quotes, with what a terminal could
 * misread as `$'…'` escapes, so that the text can be pasted back into a shell.
 */
export const quote = (name: string): string => {
  if (PLAIN.test(name)) {
    if (!name.includes("'")) return `'${name}'`;
    return /["$`\\!]/.test(name) ? `'${name.replaceAll("'", "'\\''")}'` : `"${name}"`;
  }
  let text = '';
  let escaping = false;
  for (const byte of encodeName(name)) {
    const special = byte < 0x20 || byte > 0x7e;
    if (special !== escaping) text += special ? "'$'" : "''";
    escaping = special;
    text += special ? escapeByte(byte) : byte === 0x27 ? "'\\''" : String.fromCharCode(byte);
  }
  return `'${text}'`;
};
