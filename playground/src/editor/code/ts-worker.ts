/**
 * TypeScript's worker. It reads seven megabytes of program before its first answer, more than half of the wait for the
 * first error: it is begun while its user still reads, and Monaco finds it there.
 */
// oxlint-disable-next-line import/default, import/no-named-as-default -- vite makes a class of what a worker's file is
import Worker from 'monaco-editor/languages/features/typescript/ts.worker?worker';

let begun: globalThis.Worker | undefined;
let isTaken = false;

export const beginTypeScript = (): void => {
  if (!isTaken) begun ??= new Worker();
};

/** The one that was begun, once; after that a new one. */
export const typeScriptWorker = (): globalThis.Worker => {
  const worker = begun ?? new Worker();
  begun = undefined;
  isTaken = true;
  return worker;
};
