import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { ProgramWorker } from '@layerscope/core/wasi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleForBrowser } from '../../browser/bundle.ts';
import { programBytes } from '../../programs.ts';
import { EXPECTED, runScenes } from '../../wasi/workers/scenes.ts';

const GLUE = `
import { parentPort } from 'node:worker_threads';
globalThis.postMessage = (message) => parentPort.postMessage(message);
globalThis.addEventListener = (type, listener) => parentPort.on(type, (data) => listener({ data }));
await import('./program.mjs');
`;

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'layerscope-worker-'));
  const program = fileURLToPath(new URL('../../wasi/workers/browser-worker.ts', import.meta.url));
  writeFileSync(join(folder, 'program.mjs'), await bundleForBrowser(program));
  writeFileSync(join(folder, 'worker.mjs'), GLUE);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const workers: Worker[] = [];

const spawn = (): ProgramWorker => {
  const worker = new Worker(join(folder, 'worker.mjs'));
  workers.push(worker);
  return {
    post: (message) => worker.postMessage(message, []),
    onMessage: (listener) => void worker.on('message', listener),
    onError: (listener) => void worker.on('error', ({ message }) => listener(message)),
    terminate: () => void worker.terminate(),
  };
};

describe('programs in workers of their own', () => {
  it('make their system calls in this thread, wait for input, and can be ended at once', async () => {
    expect(await runScenes(spawn, { kv: await programBytes('kv') })).toEqual(EXPECTED);
    await Promise.all(workers.map((worker) => worker.terminate()));
  });
});
