/** The kernel's worker. The first one is begun before the page's own program is there. */
const newWorker = (): Worker =>
  new Worker(new URL('./kernel.worker.ts', import.meta.url), { type: 'module', name: 'kernel' });

let begun: Worker | undefined;

export const beginKernel = (): void => {
  begun ??= newWorker();
};

/** The one that was begun, once; after that a new one. */
export const startWorker = (): Worker => {
  const worker = begun ?? newWorker();
  begun = undefined;
  return worker;
};
