/** The script of a worker that runs one program, for both platforms. */
import { isProgramMessage, runWorkerProgram } from '@layerscope/core/wasi';

/** `post` and `listen` are the platform's way to the thread that started the worker. */
export const serve = (
  post: (message: unknown) => void,
  listen: (listener: (message: unknown) => void) => void,
): void => {
  listen((message) => {
    if (isProgramMessage(message)) void runWorkerProgram(message, post);
  });
};
