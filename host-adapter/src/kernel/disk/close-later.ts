/** Closes descriptors where nobody waits for what closing does. */
import { close } from 'node:fs';
import { promisify } from 'node:util';
import type { Fd } from '@layerscope/core/vfs';
import { SYSTEM_CALLS, callLater } from '../../linux/index.ts';

const closeOne = promisify(close);

/**
 * Closes `fds` in other threads and resolves when all are closed. Descriptors with numbers in a row go in one call of
 * close_range(2): to wake a thread costs more than to close, and directories opened one after another have such numbers.
 */
export const closeLater = async (fds: readonly Fd[]): Promise<void> => {
  await Promise.all(runsOf(fds).map(closeRun));
};

type Run = readonly [first: Fd, last: Fd];

const runsOf = (fds: readonly Fd[]): readonly Run[] => {
  const runs: [Fd, Fd][] = [];
  for (const fd of fds.toSorted((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run !== undefined && fd === run[1] + 1) run[1] = fd;
    else runs.push([fd, fd]);
  }
  return runs;
};

const closeRun = async ([first, last]: Run): Promise<void> => {
  if (await callLater('closeRange', SYSTEM_CALLS.closeRange, first, last, 0)) return;
  // Linux before 5.9.
  for (let fd = first; fd <= last; fd++) await closeOne(fd).catch(() => undefined);
};
