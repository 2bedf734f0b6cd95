import type { KernelClient } from '../store/kernel-client.ts';

/** After the kernel's first answer, in milliseconds: what a visitor looks at first is drawn by then. */
const REST = 1_500;

/** Does what nobody waits for yet, once the page has come to rest. */
export const whenAtRest = (kernel: KernelClient, body: () => Promise<void>): void => {
  const stop = kernel.state.subscribe(() => {
    if (!kernel.state.get().isThere) return;
    stop();
    setTimeout(() => void body(), REST);
  });
};
