import { serve } from './program-worker.ts';

const scope = globalThis as unknown as {
  postMessage(message: unknown, transfer: readonly object[]): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
};

serve(
  (message) => scope.postMessage(message, []),
  (listener) => scope.addEventListener('message', ({ data }) => listener(data)),
);
