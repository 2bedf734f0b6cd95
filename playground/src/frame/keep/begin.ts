/** What the page begins with: the last visit's log if all of its archives are still there, else the built-in image. */
import { firstState } from 'virtual:first-state';
import { keptLog as logOf, type KernelClient } from '../../store/kernel-client.ts';
import { FIRST_LOG } from '../first-log.ts';
import { keepLog } from './database.ts';
import type { Kept } from './kept.ts';

/** Written this long after the last change, in milliseconds. */
const PAUSE = 400;

/** With nothing kept, the page shows at once what it will come to. */
export const beginFrom = async (kernel: KernelClient, kept: Kept | undefined): Promise<void> => {
  if (kept !== undefined) {
    const handed = kept.archives.map((archive) => kernel.call('store', archive));
    await Promise.all([...handed, kernel.call('open', kept.log)]);
    return;
  }
  const opened = kernel.call('open', FIRST_LOG);
  // Asked first, told second: whatever is done from here on comes after it.
  kernel.foretell(firstState);
  await opened;
};

/** Keeps the log as it grows. Answers how to stop. */
export const keepAsItGrows = (kernel: KernelClient): (() => void) => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let { moment } = kernel.state.get();
  const stop = kernel.state.subscribe(() => {
    if (kernel.state.get().moment === moment) return;
    ({ moment } = kernel.state.get());
    clearTimeout(timer);
    timer = setTimeout(() => void keepLog(logOf(kernel.state.get())), PAUSE);
  });
  return () => {
    clearTimeout(timer);
    stop();
  };
};
