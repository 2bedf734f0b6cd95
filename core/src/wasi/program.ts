/**
 * A WASI program: the calls it imports, bound to one process and its descriptors.
 *
 *   program ── import wasi_snapshot_preview1.path_open ──▶ calls/open.ts ──▶ Process (vfs) ──▶ overlay ──▶ layers
 *              pointers into its memory                     rights, paths      Linux's rules
 */
import { O_DIRECTORY, O_RDONLY, S_IFMT, type Clock, type Nanoseconds, type Random } from '../fs/index.ts';
import { GuestMemory, type WasmMemory } from './abi/guest-memory.ts';
import { FILETYPE_DIRECTORY, filetypeOf } from './abi/types.ts';
import type { WasmFunction } from './abi/web-assembly.ts';
import { argumentCalls } from './calls/surroundings/arguments.ts';
import { byteCalls } from './calls/bytes.ts';
import { answering } from './calls/call.ts';
import { clockCalls } from './calls/surroundings/clocks.ts';
import { descriptorCalls } from './calls/descriptors.ts';
import { directoryCalls } from './calls/directories.ts';
import { filestatCalls, streamFiletype } from './calls/filestat.ts';
import { openCalls } from './calls/open.ts';
import { pathCalls } from './calls/paths.ts';
import { pollCalls } from './calls/surroundings/poll.ts';
import { processCalls } from './calls/surroundings/process.ts';
import { Descriptor } from './descriptors/descriptor.ts';
import { FD_SEEK, FD_TELL, INHERITED_RIGHTS, rightsFor } from './descriptors/rights.ts';
import type { WasiStream } from './descriptors/stream.ts';
import { type WasiProcess, WasiSystem } from './system.ts';

/** A directory that the program starts with, by the name it knows it by (`/`). */
export interface PreopenedDirectory {
  readonly name: string;
  /** Where it is for the process. */
  readonly path: string;
  /**
   * Nothing above it can be reached. `false` only for the root of the process, where links that begin with a slash lead
   * to that very root.
   */
  readonly confined: boolean;
}

export interface WasiOptions {
  /** Whose root, credentials and descriptors; closed descriptors of the program are closed in it. */
  readonly process: WasiProcess;
  /** With the program's name first. */
  readonly args: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  readonly preopens: readonly PreopenedDirectory[];
  readonly stdin: WasiStream;
  readonly stdout: WasiStream;
  readonly stderr: WasiStream;
  readonly clock: Clock;
  readonly random: Random;
  /** The program can be suspended in `fd_read` and `fd_write`, which then answer promises where they have to wait. */
  readonly suspends?: boolean;
  /** Lets time pass for a program that sleeps. Default: only the program's own clocks jump. */
  readonly sleep?: (duration: Nanoseconds) => void;
}

export interface WasiProgram {
  /** What the program imports from `wasi_snapshot_preview1`, by name. */
  readonly calls: { readonly [name: string]: WasmFunction };
  /** Gives the calls the program's memory: before its entry point is called. */
  attach(memory: WasmMemory): void;
}

const addStream = (system: WasiSystem, stream: WasiStream): void => {
  const { file } = stream;
  const filetype =
    file === undefined ? streamFiletype(stream.terminal) : filetypeOf(system.process.fstat(file).mode & S_IFMT);
  const base = file === undefined ? rightsFor(filetype) & ~(FD_SEEK | FD_TELL) : rightsFor(filetype);
  system.table.add(new Descriptor({ file, stream, filetype, base, inheriting: 0 }));
};

const addDirectory = (system: WasiSystem, { name, path, confined }: PreopenedDirectory): void => {
  const file = system.process.open(path, O_RDONLY | O_DIRECTORY);
  system.table.add(
    new Descriptor({
      file,
      filetype: FILETYPE_DIRECTORY,
      base: rightsFor(FILETYPE_DIRECTORY),
      inheriting: INHERITED_RIGHTS,
      preopen: { name },
      confined,
    }),
  );
};

/** Binds the calls. Throws `FsError` when a preopened directory cannot be opened. */
export const createProgram = (options: WasiOptions): WasiProgram => {
  const system = new WasiSystem(options);
  for (const stream of [options.stdin, options.stdout, options.stderr]) addStream(system, stream);
  for (const directory of options.preopens) addDirectory(system, directory);
  const calls = Object.fromEntries(
    [
      argumentCalls,
      byteCalls,
      clockCalls,
      descriptorCalls,
      directoryCalls,
      filestatCalls,
      openCalls,
      pathCalls,
      pollCalls,
      processCalls,
    ]
      .flatMap((table) => Object.entries(table(system)))
      .map(([name, call]) => [name, answering(call)]),
  );
  return { calls, attach: (memory) => system.attach(new GuestMemory(memory)) };
};
