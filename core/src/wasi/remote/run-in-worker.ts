/** The kernel's side: starts a program in a worker and makes its system calls until it ends or is killed. */
import { fail, FsError, type Nanoseconds } from '../../fs/index.ts';
import type { Process } from '../../vfs/index.ts';
import type { WasiStream } from '../descriptors/stream.ts';
import { WasiProgramError } from '../exit.ts';
import { preopened, requireCommand, type RunWasiOptions } from '../run-wasi.ts';
import { createAnswerer, createSharedMemory } from './channel.ts';
import type { Value } from './codec.ts';
import type { WasiProcess } from '../system.ts';
import { statToList } from './remote-process.ts';
import type { ProgramMessage } from './worker-program.ts';

/** A worker of the platform, new and idle: its script calls `runWorkerProgram` with the message it gets. */
export interface ProgramWorker {
  post(message: ProgramMessage): void;
  /** What the worker posts; only asked for once. */
  onMessage(listener: () => void): void;
  /** The worker broke down. */
  onError(listener: (message: string) => void): void;
  /** Ends it at once, whatever it does. */
  terminate(): void;
}

export interface WorkerRunOptions extends RunWasiOptions {
  readonly worker: ProgramWorker;
  /**
   * Waits for the program's next call. Default: just that. A shell gives its turn away meanwhile; when this throws, the
   * program is ended.
   */
  readonly wait?: <Answer>(promise: Promise<Answer>) => Promise<Answer>;
  /** Waits until what was written to stdout or stderr has room. */
  readonly drain?: () => Promise<void>;
}

/**
 * Runs a program in a worker of its own, in a process forked from `process`; the thread that calls this is never
 * blocked. Answers the exit status. Throws `WasiProgramError`, and what `wait` threw, after the worker was ended.
 */
export const runWasiInWorker = async ({
  worker,
  wait = (promise) => promise,
  ...options
}: WorkerRunOptions): Promise<number> => {
  requireCommand(options.module);
  const process = options.process.fork();
  const memory = createSharedMemory();
  const answerer = createAnswerer(memory);
  const broken = new Promise<never>((_resolve, reject) => {
    worker.onError((message) => reject(new WasiProgramError('trap', message)));
  });
  broken.catch(() => {});
  worker.onMessage(answerer.rung);
  const streams = [options.stdin, options.stdout, options.stderr];
  try {
    worker.post(messageFor(options, process, memory, streams));
    for (;;) {
      const request = await wait(Promise.race([answerer.next(), broken]));
      const [name, ...args] = request as readonly [string, ...Value[]];
      if (name === 'exit') return Number(args[0]);
      if (name === 'fail') throw new WasiProgramError(args[0] === 'invalid' ? 'invalid' : 'trap', String(args[1]));
      answerer.answer(await answerCall(process, streams, options, name, args));
    }
  } finally {
    worker.terminate();
    process.exit();
  }
};

const messageFor = (
  { module, args, env, preopens }: RunWasiOptions,
  process: Process,
  memory: SharedArrayBuffer,
  streams: readonly WasiStream[],
): ProgramMessage => ({
  type: 'layerscope-program',
  module,
  memory,
  args,
  env: [...env],
  preopens: preopened(process, preopens),
  streams: streams.map(({ file, terminal }) => ({ file, terminal })),
});

const answerCall = async (
  process: Process,
  streams: readonly WasiStream[],
  options: Omit<WorkerRunOptions, 'worker' | 'wait'>,
  name: string,
  args: readonly Value[],
): Promise<Value> => {
  try {
    return [true, await perform(process, streams, options, name, args)];
  } catch (error) {
    if (error instanceof FsError) return [false, error.code];
    throw error;
  }
};

const perform = async (
  process: Process,
  streams: readonly WasiStream[],
  { clock, random, sleep, drain }: Omit<WorkerRunOptions, 'worker' | 'wait'>,
  name: string,
  args: readonly Value[],
): Promise<Value> => {
  const [first, second, third] = args;
  switch (name) {
    case 'read':
    case 'pread': {
      const bytes = new Uint8Array(second as number);
      const fd = first as number;
      return bytes.subarray(0, name === 'read' ? process.read(fd, bytes) : process.pread(fd, bytes, third as number));
    }
    case 'stat':
      return statToList(process.stat(first as string, second as boolean | undefined, third as number | undefined));
    case 'fstat':
      return statToList(process.fstat(first as number));
    case 'getdents':
      return process
        .getdents(first as number, second as number)
        .map(({ name: entry, ino, type, offset }) => [entry, ino, type, offset]);
    case 'stream-read': {
      const bytes = new Uint8Array(second as number);
      return bytes.subarray(0, await streams[first as number]?.read(bytes));
    }
    case 'stream-write':
      streams[first as number]?.write(second as Uint8Array);
      await drain?.();
      return undefined;
    case 'now':
      return clock.now();
    case 'random':
      return random.bytes(first as number);
    case 'sleep':
      sleep?.(first as Nanoseconds);
      return undefined;
    default: {
      if (!DIRECT.has(name)) return fail('ENOSYS');
      const call = (process as unknown as Readonly<Record<string, (...given: readonly Value[]) => Value>>)[name];
      return call?.apply(process, [...args]);
    }
  }
};

/** System calls whose arguments and answer travel as they are. */
const DIRECT: ReadonlySet<string> = new Set<keyof WasiProcess>([
  'open',
  'close',
  'write',
  'pwrite',
  'lseek',
  'fsync',
  'fallocate',
  'ftruncate',
  'futimens',
  'utimens',
  'mkdir',
  'rmdir',
  'unlink',
  'symlink',
  'readlink',
  'link',
  'rename',
  'confine',
]);
