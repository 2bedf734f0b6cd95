/** Workers of Node for programs: their script is bundled as the page's is. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { ProgramWorker } from '@layerscope/core/wasi';
import { bundleForBrowser } from '../../browser/bundle.ts';

const GLUE = `
import { parentPort } from 'node:worker_threads';
globalThis.postMessage = (message) => parentPort.postMessage(message);
globalThis.addEventListener = (type, listener) => parentPort.on(type, (data) => listener({ data }));
await import('./program.mjs');
`;

export interface NodeWorkers {
  readonly spawn: () => ProgramWorker;
  /** Workers that have not ended. */
  alive(): number;
  /** Ends what is left, and removes the script. */
  close(): Promise<void>;
}

export const nodeWorkers = async (): Promise<NodeWorkers> => {
  const folder = mkdtempSync(join(tmpdir(), 'layerscope-worker-'));
  const program = fileURLToPath(new URL('browser-worker.ts', import.meta.url));
  writeFileSync(join(folder, 'program.mjs'), await bundleForBrowser(program));
  writeFileSync(join(folder, 'worker.mjs'), GLUE);
  const workers = new Set<Worker>();
  return {
    spawn: () => {
      const worker = new Worker(join(folder, 'worker.mjs'));
      workers.add(worker);
      worker.once('exit', () => workers.delete(worker));
      return {
        post: (message) => worker.postMessage(message, []),
        onMessage: (listener) => void worker.on('message', listener),
        onError: (listener) => void worker.on('error', ({ message }) => listener(message)),
        terminate: () => void worker.terminate(),
      };
    },
    alive: () => workers.size,
    close: async () => {
      await Promise.all([...workers].map((worker) => worker.terminate()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
