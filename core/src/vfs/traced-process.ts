/** A process whose system calls are told, as strace(1) tells them. */
import { FsError, O_APPEND, O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_RDWR, O_TRUNC, O_WRONLY } from '../fs/index.ts';
import type { Process } from './process.ts';
import type { SystemCalls } from './system-calls.ts';

/** A system call once it is answered. */
export interface TracedCall {
  /** The method of `SystemCalls`, e.g. `open`. */
  readonly call: keyof SystemCalls;
  /** In the words of strace: flags by name, modes in octal, bytes as their number. */
  readonly args: readonly string[];
  /** A descriptor, a number of bytes, a link's target; absent where nothing short can be said. */
  readonly result?: string;
  /** The errno's name. */
  readonly error?: string;
}

const FLAGS: readonly (readonly [number, string])[] = [
  [O_CREAT, 'O_CREAT'],
  [O_EXCL, 'O_EXCL'],
  [O_TRUNC, 'O_TRUNC'],
  [O_APPEND, 'O_APPEND'],
  [O_DIRECTORY, 'O_DIRECTORY'],
  [O_NOFOLLOW, 'O_NOFOLLOW'],
];

const flagsText = (flags: number): string => {
  const access = (flags & O_RDWR) !== 0 ? 'O_RDWR' : (flags & O_WRONLY) !== 0 ? 'O_WRONLY' : 'O_RDONLY';
  return [access, ...FLAGS.filter(([flag]) => (flags & flag) === flag).map(([, name]) => name)].join('|');
};

const octal = (mode: number): string => `0${mode.toString(8)}`;

const OCTAL_AT: Partial<Record<keyof SystemCalls, number>> = {
  mkdir: 1,
  mknod: 1,
  chmod: 1,
  fchmod: 1,
  open: 2,
  umask: 0,
};

const argText = (call: keyof SystemCalls, value: unknown, at: number): string => {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof Uint8Array) return `[${value.length} bytes]`;
  // The only truth values of the calls: whether a link at the end is followed.
  if (typeof value === 'boolean') return value ? 'AT_SYMLINK_FOLLOW' : 'AT_SYMLINK_NOFOLLOW';
  if (typeof value !== 'number') return String(value);
  if (call === 'open' && at === 1) return flagsText(value);
  return OCTAL_AT[call] === at ? octal(value) : String(value);
};

const resultText = (result: unknown): { readonly result?: string } => {
  if (typeof result === 'number') return { result: String(result) };
  if (typeof result === 'string') return { result: JSON.stringify(result) };
  if (Array.isArray(result)) return { result: `[${result.length} entries]` };
  return result instanceof Uint8Array ? { result: `[${result.length} bytes]` } : {};
};

/** What a process has beside its system calls: not told. */
const OWN: ReadonlySet<string> = new Set(['exit', 'place', 'become', 'confine', 'constructor']);

/** The same process, telling `listen` of every call once it is answered; so do its children. */
export const tracedProcess = (process: Process, listen: (call: TracedCall) => void): Process => {
  const wrappers = new Map<string, unknown>();
  const wrap = (name: string, method: (...args: readonly unknown[]) => unknown): unknown => {
    if (name === 'fork') return (...args: readonly unknown[]) => tracedProcess(method(...args) as Process, listen);
    if (OWN.has(name)) return method;
    const call = name as keyof SystemCalls;
    return (...args: readonly unknown[]): unknown => {
      const told = { call, args: args.flatMap((value, at) => (value === undefined ? [] : [argText(call, value, at)])) };
      try {
        const result = method(...args);
        listen({ ...told, ...resultText(result) });
        return result;
      } catch (error) {
        if (error instanceof FsError) listen({ ...told, error: error.code });
        throw error;
      }
    };
  };
  return new Proxy(process, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function' || typeof name !== 'string') return value;
      const known = wrappers.get(name);
      if (known !== undefined) return known;
      const method = (value as (...args: readonly unknown[]) => unknown).bind(target);
      const wrapped = wrap(name, method);
      wrappers.set(name, wrapped);
      return wrapped;
    },
  });
};
