/** What is handed over: the commands, and the snapshotter that was written beside them. */
import { ownText } from '../../editor/learner-file.ts';
import { keptLog, type KernelClient } from '../../store/kernel-client.ts';
import type { SharedLog } from './check-log.ts';

export const sharedLog = (kernel: KernelClient): SharedLog => {
  const snapshotter = ownText();
  return { ...keptLog(kernel.state.get()), ...(snapshotter === undefined ? {} : { snapshotter }) };
};
