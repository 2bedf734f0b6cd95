/** WebAssembly programs in threads of their own: they can wait for somebody to type, and be ended whatever they do. */
import { Worker } from 'node:worker_threads';
import type { ProgramHost } from '@layerscope/core/sandbox';
import type { ProgramWorker } from '@layerscope/core/wasi';

const spawnProgramWorker = (): ProgramWorker => {
  const worker = new Worker(new URL('program-worker.js', import.meta.url));
  return {
    post: (message) => worker.postMessage(message, []),
    onMessage: (listener) => void worker.on('message', listener),
    onError: (listener) => void worker.on('error', ({ message }) => listener(message)),
    terminate: () => void worker.terminate(),
  };
};

/** Whatever runs can be interrupted. */
export const INTERRUPTIBLE: ProgramHost = {
  pause: () => new Promise((resolve) => void setImmediate(resolve)),
  spawnWorker: spawnProgramWorker,
};
