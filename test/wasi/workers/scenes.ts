/** What is tried with programs in workers, on every platform that has them. */
import { createMemoryFileSystem, decodeName, ROOT, seededRandom, steppingClock } from '@layerscope/core/fs';
import { createProcess, MountNamespace, type Process } from '@layerscope/core/vfs';
import { compileWasi, runWasiInWorker, type ProgramWorker, type WasiStream } from '@layerscope/core/wasi';
import { assemble } from '../../unit/wasi/assemble.ts';

export interface SceneResult {
  readonly status: number | string;
  readonly output: string;
}

const START = 1_763_830_800_000_000_000n;

const machine = (): Process => {
  const namespace = new MountNamespace({ fs: createMemoryFileSystem({ clock: steppingClock(START) }), source: 'disk' });
  return createProcess({ namespace, caller: ROOT });
};

/** `killed`: the program is ended once it has said something. */
const run = async (
  bytes: Uint8Array,
  worker: ProgramWorker,
  {
    args = ['program'],
    process = machine(),
    input = [],
    killed = false,
  }: {
    readonly args?: readonly string[];
    readonly process?: Process;
    /** What each read gives, after a while. */
    readonly input?: readonly string[];
    readonly killed?: boolean;
  } = {},
): Promise<SceneResult> => {
  let output = '';
  const lines = [...input];
  const stdin: WasiStream = {
    waits: true,
    read: async (into) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      const line = new TextEncoder().encode(lines.shift() ?? '');
      into.set(line);
      return line.length;
    },
    write: () => {},
  };
  let kill: (() => void) | undefined;
  const end = new Promise<never>((_resolve, reject) => {
    kill = () => reject(new Error('killed'));
  });
  end.catch(() => {});
  const stdout: WasiStream = {
    read: () => 0,
    write: (part) => {
      output += decodeName(part);
      if (killed) setTimeout(() => kill?.(), 30);
    },
  };
  const module = await compileWasi(bytes);
  try {
    const status = await runWasiInWorker({
      module,
      worker,
      process,
      args,
      env: new Map([['HOME', '/']]),
      stdin,
      stdout,
      stderr: stdout,
      clock: steppingClock(START),
      random: seededRandom(1),
      wait: (promise) => Promise.race([promise, end]),
    });
    return { status, output };
  } catch (error) {
    return { status: String((error as Error).message), output };
  }
};

/** Runs everything with fresh workers from `spawn`; `programs` are container programs by name. */
export const runScenes = async (
  spawn: () => ProgramWorker,
  programs: Readonly<Record<string, Uint8Array>>,
): Promise<Readonly<Record<string, SceneResult>>> => {
  const process = machine();
  process.mkdir('/tmp', 0o755);
  const { kv = new Uint8Array() } = programs;
  const store = (...args: readonly string[]): Promise<SceneResult> =>
    run(kv, spawn(), { args: ['kv', '/tmp/store', ...args], process });
  const spinning = run(assemble({ write: 'turning\n', spin: true }), spawn(), { killed: true });
  return {
    exit: await run(assemble({ write: 'hello\n', exit: 3 }), spawn()),
    copy: await run(assemble({ copy: true }), spawn(), { input: ['typed later\n'] }),
    trap: { ...(await run(assemble({ trap: true }), spawn())), status: 'trapped' },
    init: await store('init', '64'),
    set: await store('set', 'colour', 'blue'),
    get: await store('get', 'colour'),
    missing: await store('get', 'shape'),
    killed: await spinning,
  };
};

export const EXPECTED: Readonly<Record<string, SceneResult>> = {
  exit: { status: 3, output: 'hello\n' },
  copy: { status: 0, output: 'typed later\n' },
  trap: { status: 'trapped', output: '' },
  init: { status: 0, output: '' },
  set: { status: 0, output: '' },
  get: { status: 0, output: 'blue\n' },
  missing: { status: 1, output: "kv: no key 'shape'\n" },
  killed: { status: 'killed', output: 'turning\n' },
};
