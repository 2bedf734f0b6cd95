/**
 * What execve(2) does with a file, by how it begins: the part of binfmt_misc in this shell. Linux executables cannot
 * run here; the ones every image brings (ls, cat, …) are stood in for by programs of the same name.
 */
import { decodeName, FsError, O_RDONLY } from '../../fs/index.ts';
import type { SystemCalls } from '../../vfs/index.ts';
import type { Invocation } from '../command.ts';

/** A kind of program another part of the system can run, found by its first bytes (WebAssembly: `\0asm`). */
export interface BinaryFormat {
  readonly magic: Uint8Array;
  /** Runs the file; `path` is where it was found. Answers the exit status. */
  run(path: string, invocation: Invocation): number | Promise<number>;
}

/** What a file is to execve(2). */
export type Executable =
  | { readonly kind: 'elf'; readonly machine: string }
  | { readonly kind: 'script'; readonly interpreter: string; readonly argument: string | undefined }
  | { readonly kind: 'format'; readonly format: BinaryFormat }
  | { readonly kind: 'text' };

/** BINPRM_BUF_SIZE: how much of a file Linux looks at. */
const HEAD_SIZE = 256;
const ELF_MACHINE = 18;
/** Where programs are looked for without `PATH` in the environment. */
export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const MACHINES: Record<number, string> = { 0x03: 'i386', 0x28: 'arm', 0x3e: 'x86-64', 0xb7: 'arm64', 0xf3: 'riscv' };

const startsWith = (bytes: Uint8Array, magic: readonly number[] | Uint8Array): boolean =>
  bytes.length >= magic.length && magic.every((byte, index) => bytes[index] === byte);

const readHead = (process: SystemCalls, path: string): Uint8Array => {
  const file = process.open(path, O_RDONLY);
  try {
    const head = new Uint8Array(HEAD_SIZE);
    return head.subarray(0, process.pread(file, head, 0));
  } finally {
    process.close(file);
  }
};

/** Looks at a file. Throws `FsError`. */
export const recognise = (process: SystemCalls, path: string, formats: readonly BinaryFormat[]): Executable => {
  const head = readHead(process, path);
  const format = formats.find(({ magic }) => startsWith(head, magic));
  if (format !== undefined) return { kind: 'format', format };
  if (startsWith(head, [0x7f, 0x45, 0x4c, 0x46]))
    return { kind: 'elf', machine: MACHINES[head[ELF_MACHINE] ?? 0] ?? 'ELF' };
  if (!startsWith(head, [0x23, 0x21])) return { kind: 'text' };
  const [line = ''] = decodeName(head.subarray(2)).split('\n');
  const match = /^\s*(\S+)(?:\s+(.*?))?\s*$/.exec(line);
  return match === null
    ? { kind: 'text' }
    : { kind: 'script', interpreter: match[1] ?? '', argument: match[2] === '' ? undefined : match[2] };
};

/** The first file on `PATH` that may be executed; else what stood in the way. */
export const searchPath = (
  process: SystemCalls,
  name: string,
  path: string,
): { readonly path: string; readonly denied: boolean } | undefined => {
  let denied: string | undefined;
  for (const directory of path.split(':')) {
    const candidate = directory === '' ? name : `${directory}/${name}`;
    const access = accessTo(process, candidate);
    if (access === 'run') return { path: candidate, denied: false };
    if (access === 'denied') denied ??= candidate;
  }
  return denied === undefined ? undefined : { path: denied, denied: true };
};

/** Whether execve(2) would take the path: a regular file with an x bit for the caller. */
export const accessTo = (process: SystemCalls, path: string): 'run' | 'denied' | 'missing' => {
  try {
    const { mode } = process.stat(path);
    if ((mode & 0o170000) !== 0o100000) return 'denied';
    process.access(path, 1);
    return 'run';
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    return error.code === 'EACCES' ? 'denied' : 'missing';
  }
};
