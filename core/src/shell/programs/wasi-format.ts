/** Programs in WebAssembly: found by `\0asm` wherever a file is executed, with the process's own root as `/`. */
import { encodeName, O_RDONLY, type Content } from '../../fs/index.ts';
import type { Process } from '../../vfs/index.ts';
import {
  compileWasi,
  type ProgramWorker,
  runWasi,
  runWasiInWorker,
  WASM_MAGIC,
  WasiProgramError,
  type WasmModule,
} from '../../wasi/index.ts';
import type { Invocation } from '../command.ts';
import type { BinaryFormat } from './format.ts';

/** Exec format error, as a shell tells it. */
const CANNOT_RUN = 126;
/** 128 and SIGABRT: what a shell tells of a process that broke down. */
const BROKE_DOWN = 134;

/** Compiling takes longer than most runs; the same bytes, shared by layers, are compiled once. */
const compiled = new WeakMap<Content, Promise<WasmModule>>();

const readFile = (process: Process, path: string): Uint8Array => {
  const file = process.open(path, O_RDONLY);
  try {
    const bytes = new Uint8Array(process.fstat(file).size);
    let done = 0;
    for (let count = -1; count !== 0 && done < bytes.length; done += count)
      count = process.pread(file, bytes.subarray(done), done);
    return bytes.subarray(0, done);
  } finally {
    process.close(file);
  }
};

const moduleOf = (process: Process, path: string): Promise<WasmModule> => {
  const { mount, inode } = process.place(path);
  const content = mount.fs.content?.(inode);
  const known = content === undefined ? undefined : compiled.get(content);
  if (known !== undefined) return known;
  const module = compileWasi(readFile(process, path));
  if (content !== undefined) compiled.set(content, module);
  return module;
};

/** Gives a new, idle worker of the platform whose script runs `runWorkerProgram`. */
export type SpawnWorker = () => ProgramWorker;

const run = async (path: string, invocation: Invocation, spawn: SpawnWorker | undefined): Promise<number> => {
  const { name, args, process, environment, stdin, stdout, stderr, clock, random } = invocation;
  try {
    const module = await moduleOf(process, path);
    const options = {
      module,
      process,
      args: [name, ...args],
      env: environment,
      stdin,
      stdout,
      stderr,
      clock,
      random,
    };
    const status =
      spawn === undefined
        ? await runWasi(options)
        : await runWasiInWorker({
            ...options,
            worker: spawn(),
            wait: invocation.outside,
            drain: invocation.turn,
          });
    return status & 0xff;
  } catch (error) {
    if (!(error instanceof WasiProgramError)) throw error;
    const what = error.kind === 'trap' ? 'stopped by a WebAssembly trap' : 'cannot run as a WASI program';
    stderr.write(encodeName(`${name}: ${what}: ${error.message}\n`));
    return error.kind === 'trap' ? BROKE_DOWN : CANNOT_RUN;
  }
};

/**
 * WebAssembly as a kind of executable file. With `spawn` every program has a worker of its own: it waits for its input
 * and for room in a pipe while others go on, and it can be killed whatever it does. Without, it runs in this thread,
 * without a pause (see `runWasi`), and the same every time.
 */
export const createWasiFormat = (spawn?: SpawnWorker): BinaryFormat => ({
  magic: WASM_MAGIC,
  run: (path, invocation) => run(path, invocation, spawn),
});

export const wasiFormat: BinaryFormat = createWasiFormat();
