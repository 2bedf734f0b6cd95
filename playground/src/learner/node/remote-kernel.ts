/** The node's kernel as the learner's file sees it: every call goes there and back. */
import { FsError, seededRandom, type Clock } from '@layerscope/core/fs';
import type { Disk, Kernel } from '@layerscope/core/kernel';
import type { Connection } from '../../kernel/rpc.ts';
import { DISK_CALLS, type GroundApi } from './protocol.ts';
import { answered } from './revive.ts';

export interface FollowedClock extends Clock {
  /** What the node's clock says. */
  hear(now: bigint): void;
}

/** Goes on by a nanosecond a reading until it hears of a later time, so that no two readings are the same. */
export const followedClock = (): FollowedClock => {
  let last = 0n;
  return {
    now: () => (last += 1n),
    hear: (now) => {
      if (now > last) last = now;
    },
  };
};

export const remoteKernel = (node: Connection<GroundApi>, clock: FollowedClock): Kernel => {
  const ask = async (name: string, ...args: readonly unknown[]): Promise<never> => {
    const { answer, now } = await answered(node.call('kernel', { name, args }));
    clock.hear(now);
    return answer as never;
  };
  const calls = Object.fromEntries(
    DISK_CALLS.map((name) => [name, (...args: readonly unknown[]) => ask(name, ...args)]),
  ) as unknown as Omit<Disk, 'tree'>;
  return {
    clock,
    random: seededRandom(1),
    disk: {
      ...calls,
      tree: async (path) => {
        throw new FsError('ENOSYS', `tree(${path}): in the page's node a snapshotter sees directories by calls only`);
      },
    },
    supports: (type, option) => ask('supports', type, option),
    mount: (mounts, target) => ask('mount', mounts, target),
    unmount: (target) => ask('unmount', target),
  };
};
