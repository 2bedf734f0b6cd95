/** The machines that checks run on: this one, and simulated ones. */
import {
  ALL_CAPABILITIES,
  CAP_CHOWN,
  CAP_DAC_OVERRIDE,
  CAP_DAC_READ_SEARCH,
  CAP_FOWNER,
  CAP_FSETID,
  CAP_LINUX_IMMUTABLE,
  CAP_MKNOD,
  type Caller,
  createMemoryFileSystem,
  ROOT,
  seededRandom,
} from '@layerscope/core/fs';
import { createOverlayFileSystem } from '@layerscope/core/overlay';
import { createProcess, MountNamespace, Superblock } from '@layerscope/core/vfs';
import { asUser, createLinuxSystemCalls } from '../../../../host-adapter/src/linux/index.ts';
import type { Machine } from './checks.ts';

export const linuxMachine = (): Machine => ({ calls: createLinuxSystemCalls(), as: asUser, isLinux: true });

/** What setfsuid(2) takes away. */
const FILE_CAPABILITIES =
  CAP_CHOWN | CAP_DAC_OVERRIDE | CAP_DAC_READ_SEARCH | CAP_FOWNER | CAP_FSETID | CAP_LINUX_IMMUTABLE | CAP_MKNOD;

/** A tmpfs at `/`, and an overlay of its `/lower`, `/upper` and `/work` at `/merged`. */
export const simulatedMachine = (): Machine => {
  let now = 1_700_000_000_000_000_000n;
  const clock = { now: (): bigint => (now += 1_000_000n) };
  const store = createMemoryFileSystem({ clock, dev: 7 });
  const [lower, upper, work, merged] = ['lower', 'upper', 'work', 'merged'].map((name) =>
    store.mkdir(store.root, name, 0o755, ROOT),
  );
  const namespace = new MountNamespace({ fs: store, source: 'store' });
  const root: Caller = { ...ROOT, groups: process.getgroups?.() ?? [] };
  const calls = createProcess({ namespace, caller: root });
  if (lower !== undefined && upper !== undefined && work !== undefined && merged !== undefined) {
    const overlay = createOverlayFileSystem({
      lowers: [{ fs: store, root: lower }],
      upper: { fs: store, root: upper },
      work: { fs: store, root: work },
      dev: 9,
      random: seededRandom(1),
      mounter: ROOT,
    });
    namespace.mount(new Superblock({ fs: overlay, source: 'overlay' }), calls.place('/merged'));
  }
  const { access } = calls;
  return {
    isLinux: false,
    calls: Object.assign(calls, {
      // access(2) asks for the real user, and setfsuid(2) does not change that.
      access: (...rest: Parameters<typeof access>): void => {
        const { caller } = calls;
        calls.become({ ...root, umask: caller.umask });
        try {
          access.apply(calls, rest);
        } finally {
          calls.become(caller);
        }
      },
    }),
    as: (uid, gid, run) => {
      const before = calls.caller;
      calls.become({ ...before, uid, gid, capabilities: ALL_CAPABILITIES & ~FILE_CAPABILITIES });
      try {
        return run();
      } finally {
        calls.become(before);
      }
    },
  };
};
