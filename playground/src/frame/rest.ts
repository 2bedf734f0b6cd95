import type { KernelClient } from '../store/kernel-client.ts';

/** Does what nobody waits for yet, so many milliseconds after the kernel's first answer. */
export const whenAtRest = (kernel: KernelClient, after: number, body: () => Promise<void>): void => {
  const stop = kernel.state.subscribe(() => {
    if (!kernel.state.get().isThere) return;
    stop();
    setTimeout(() => void body(), after);
  });
};
