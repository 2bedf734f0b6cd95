/** The script of a worker that runs one WebAssembly program. */
import { parentPort } from 'node:worker_threads';
import { isProgramMessage, runWorkerProgram } from '@layerscope/core/wasi';

parentPort?.on('message', (message) => {
  if (isProgramMessage(message)) void runWorkerProgram(message, (ring) => parentPort?.postMessage(ring, []));
});
