/** Runs in a page: the scenes with the page's workers, and a program that waits for input in the page itself. */
import {
  createMemoryFileSystem,
  decodeName,
  O_CREAT,
  O_WRONLY,
  ROOT,
  seededRandom,
  steppingClock,
} from '@layerscope/core/fs';
import { createShell, wasiFormat } from '@layerscope/core/shell';
import { createProcess, MountNamespace } from '@layerscope/core/vfs';
import { compileWasi, runWasi, type ProgramWorker } from '@layerscope/core/wasi';
import { assemble } from '../../unit/wasi/assemble.ts';
import { runScenes, type SceneResult } from './scenes.ts';

interface PageWorker {
  postMessage(message: unknown, transfer: readonly object[]): void;
  terminate(): void;
  addEventListener(type: 'message', listener: () => void): void;
  addEventListener(type: 'error', listener: (event: { readonly message: string }) => void): void;
}

const { Worker } = globalThis as unknown as {
  readonly Worker: new (url: string, options: { readonly type: 'module' }) => PageWorker;
};

const spawn = (): ProgramWorker => {
  const worker = new Worker('/worker.js', { type: 'module' });
  return {
    post: (message) => worker.postMessage(message, []),
    onMessage: (listener) => worker.addEventListener('message', listener),
    onError: (listener) => worker.addEventListener('error', ({ message }) => listener(message)),
    terminate: () => worker.terminate(),
  };
};

export const scenes = async (): Promise<Readonly<Record<string, SceneResult>>> => {
  const answer = await fetch('/kv.wasm');
  return runScenes(spawn, { kv: new Uint8Array(await answer.arrayBuffer()) });
};

/** Copies one line of a terminal that never ends: without suspending the program this would wait for ever. */
export const suspended = async (): Promise<string> => {
  const clock = steppingClock(0n);
  const namespace = new MountNamespace({ fs: createMemoryFileSystem({ clock }), source: 'disk' });
  let output = '';
  let reads = 0;
  const terminal = {
    waits: true,
    read: async (into: Uint8Array): Promise<number> => {
      if (reads++ > 0) return new Promise<number>(() => {});
      await new Promise((resolve) => setTimeout(resolve, 10));
      into.set(new TextEncoder().encode('line\n'));
      return 5;
    },
    write: (bytes: Uint8Array): void => void (output += decodeName(bytes)),
  };
  const status = await runWasi({
    module: await compileWasi(assemble({ copy: true, exit: 4 })),
    process: createProcess({ namespace, caller: ROOT }),
    args: ['copy'],
    env: new Map(),
    stdin: terminal,
    stdout: terminal,
    stderr: terminal,
    clock,
    random: seededRandom(1),
  });
  return `${status} ${output}`;
};

/** A pipe between programs that would both run for ever in one thread, were they not suspended. */
export const piped = async (): Promise<string> => {
  const clock = steppingClock(0n);
  const namespace = new MountNamespace({ fs: createMemoryFileSystem({ clock }), source: 'disk' });
  const process = createProcess({ namespace, caller: ROOT });
  process.mkdir('/bin', 0o755);
  for (const [name, body] of [
    ['forever', { write: 'again\n', repeat: true }],
    ['copy', { copy: true }],
  ] as const) {
    const file = process.open(`/bin/${name}`, O_CREAT | O_WRONLY, 0o755);
    process.write(file, assemble(body));
    process.close(file);
  }
  const random = seededRandom(1);
  const shell = createShell({ process, env: { PATH: '/bin' }, clock, random, formats: [wasiFormat] });
  const { exitCode, stdout } = await shell.run(
    'forever | head -n 2; { sleep 1; echo late; } | copy; forever | copy | head -n 1',
  );
  return `${exitCode} ${decodeName(stdout)}`;
};
