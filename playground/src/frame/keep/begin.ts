/** What the page begins with: the last visit's log if all of its archives are still there, else the built-in image. */
import { firstState } from 'virtual:first-state';
import type { KeptLog } from '../../kernel/api.ts';
import { isBuiltIn } from '../../kernel/session/names.ts';
import { keptLog as logOf, type KernelClient } from '../../store/kernel-client.ts';
import { FIRST_LOG } from '../first-log.ts';
import { keepLog, keptArchive, keptLog } from './database.ts';

/** Written this long after the last change, in milliseconds. */
const PAUSE = 400;

export const archivesOf = ({ commands }: KeptLog): readonly string[] =>
  commands.flatMap(({ command }) => (command.type === 'import' && !isBuiltIn(command.blob) ? [command.blob] : []));

export const beginFrom = async (kernel: KernelClient): Promise<void> => {
  const kept = await keptLog();
  if (kept !== undefined && kept.commands.length > 0) {
    const names = archivesOf(kept);
    const blobs = await Promise.all(names.map(keptArchive));
    if (blobs.every((blob) => blob !== undefined)) {
      await Promise.all(names.map((name, at) => kernel.call('store', { name, blob: blobs[at] as Blob })));
      await kernel.call('open', kept);
      return;
    }
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
