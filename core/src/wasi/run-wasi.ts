/** From a compiled module to an exit status. */
import type { WasmMemory } from './abi/guest-memory.ts';
import {
  platform,
  type WasmFunction,
  type WasmImports,
  type WasmInstance,
  type WasmModule,
} from './abi/web-assembly.ts';
import type { WasiStream } from './descriptors/stream.ts';
import { ProgramExit, WasiProgramError } from './exit.ts';
import type { Process } from '../vfs/index.ts';
import { createProgram, type PreopenedDirectory, type WasiOptions } from './program.ts';

/** The module name of preview 1. */
export const WASI_MODULE = 'wasi_snapshot_preview1';

/** The first bytes of every WebAssembly file. */
export const WASM_MAGIC: Uint8Array = Uint8Array.of(0x00, 0x61, 0x73, 0x6d);

export interface RunWasiOptions extends Omit<WasiOptions, 'process' | 'preopens'> {
  readonly module: WasmModule;
  /** The program runs in a process forked from this one. */
  readonly process: Process;
  /** Directories the program starts with, by the names it knows them by. Default: the process's root as `/`. */
  readonly preopens?: readonly { readonly name: string; readonly path: string }[];
}

/** Nothing above a directory can be reached through it, unless it is the process's own root: there is nothing above. */
export const preopened = (
  process: Process,
  preopens: RunWasiOptions['preopens'] = [{ name: '/', path: '/' }],
): readonly PreopenedDirectory[] => {
  const root = process.place('/');
  return preopens.map(({ name, path }) => {
    const place = process.place(path);
    return { name, path, confined: place.inode !== root.inode || place.mount !== root.mount };
  });
};

/** Compiles a program. Throws `WasiProgramError` (`invalid`) for bytes that are none. */
export const compileWasi = async (bytes: Uint8Array): Promise<WasmModule> => {
  try {
    return await platform.compile(bytes);
  } catch (error) {
    throw invalid(error instanceof Error ? error.message.replace(/^WebAssembly\.\w+\(\): /, '') : String(error));
  }
};

const invalid = (message: string): WasiProgramError => new WasiProgramError('invalid', message);

/**
 * Runs a program to its end, in a process forked from `process`, and answers the status it gave to `proc_exit`, or 0.
 *
 * It runs without a pause, unless a stream makes it wait: with JavaScript Promise Integration the program is then
 * suspended in its reads and writes. Where the platform has none, stdin is read to its end first.
 *
 * Throws `WasiProgramError`: `invalid` for a module that is no WASI command, `trap` for one that went wrong.
 */
export const runWasi = async ({ module, ...options }: RunWasiOptions): Promise<number> => {
  requireCommand(module);
  const process = options.process.fork();
  try {
    return await runModule(module, { ...options, process, preopens: preopened(process, options.preopens) });
  } finally {
    process.exit();
  }
};

/** Runs a program in the very process it is given. */
export const runModule = async (module: WasmModule, options: WasiOptions): Promise<number> => {
  const waits =
    options.stdin.waits === true || [options.stdout, options.stderr].some(({ drain }) => drain !== undefined);
  const integration = waits ? promiseIntegration() : undefined;
  const suspends = integration !== undefined;
  const stdin = options.stdin.waits === true && !suspends ? await readAhead(options.stdin) : options.stdin;
  const program = createProgram({ ...options, stdin, suspends });
  const calls: { [name: string]: WasmFunction | object } = { ...program.calls };
  if (integration !== undefined)
    for (const name of ['fd_read', 'fd_write']) {
      const call = program.calls[name];
      if (call !== undefined) calls[name] = new integration.Suspending(call);
    }
  const instance = await instantiate(module, { [WASI_MODULE]: calls });
  const { _start: entry, memory } = instance.exports;
  program.attach(memory as WasmMemory);
  const start = entry as () => unknown;
  return untilExit(integration === undefined ? start : integration.promising(start));
};

/** JavaScript Promise Integration, where the platform has it. */
const promiseIntegration = (): Required<Pick<typeof platform, 'Suspending' | 'promising'>> | undefined => {
  const { Suspending, promising } = platform;
  return Suspending === undefined || promising === undefined ? undefined : { Suspending, promising };
};

/** What is missing is told by name, before anything has run. */
export const requireCommand = (module: WasmModule): void => {
  const exported = new Set(platform.Module.exports(module).map(({ name }) => name));
  if (!exported.has('_start')) throw invalid('exports no _start: not a WASI command');
  if (!exported.has('memory')) throw invalid('exports no memory: not a WASI command');
  const foreign = platform.Module.imports(module).find((each) => each.module !== WASI_MODULE);
  if (foreign !== undefined) throw invalid(`imports ${foreign.module}.${foreign.name}, which WASI preview 1 has not`);
};

const instantiate = async (module: WasmModule, imports: WasmImports): Promise<WasmInstance> => {
  try {
    return await platform.instantiate(module, imports);
  } catch (error) {
    if (error instanceof platform.LinkError) throw invalid(error.message);
    throw error;
  }
};

const untilExit = async (start: () => unknown): Promise<number> => {
  try {
    await start();
    return 0;
  } catch (error) {
    if (error instanceof ProgramExit) return error.status;
    if (error instanceof platform.RuntimeError || error instanceof RangeError)
      throw new WasiProgramError('trap', error.message);
    throw error;
  }
};

const CHUNK = 65_536;

const readAhead = async (stdin: WasiStream): Promise<WasiStream> => {
  const chunks: Uint8Array[] = [];
  for (;;) {
    const chunk = new Uint8Array(CHUNK);
    const length = await stdin.read(chunk);
    if (length === 0) break;
    chunks.push(chunk.subarray(0, length));
  }
  return {
    ...(stdin.terminal === undefined ? {} : { terminal: stdin.terminal }),
    read: (into) => {
      const chunk = chunks[0];
      if (chunk === undefined) return 0;
      const length = Math.min(chunk.length, into.length);
      into.set(chunk.subarray(0, length));
      if (length === chunk.length) chunks.shift();
      else chunks[0] = chunk.subarray(length);
      return length;
    },
    write: (bytes) => stdin.write(bytes),
  };
};
