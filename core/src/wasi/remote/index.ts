export { createSharedMemory } from './channel.ts';
export { type ProgramWorker, runWasiInWorker, type WorkerRunOptions } from './run-in-worker.ts';
export { isProgramMessage, type ProgramMessage, runWorkerProgram } from './worker-program.ts';
