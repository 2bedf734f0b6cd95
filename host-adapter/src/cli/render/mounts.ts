import type { Mount } from '@layerscope/core/kernel';

/** A mount as `ctr snapshots mounts` prints it: a command that can be pasted into a root shell. */
export const formatMount = ({ type, source, options }: Mount, target: string): string =>
  `mount -t ${type} ${source} ${target}${options.length === 0 ? '' : ` -o ${options.join(',')}`}`;
