/** A real tmpfs and a simulated one, mounted at the same path, with the same two users. */
import { mkdtempSync, rmdirSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, createMemoryFileSystem, seededRandom, userCaller } from '@layerscope/core/fs';
import {
  MountNamespace,
  type Protections,
  Superblock,
  type SystemCalls,
  createProcess,
  memoryDevices,
} from '@layerscope/core/vfs';
import { MNT_DETACH, createLinuxSystemCalls, mount, unmount } from '../../../host-adapter/src/linux/index.ts';
import { type Side } from './execute.ts';

const USER = 1000;
const GROUPS = [USER, 2000];
const UMASK = 0o022;
/** Deep enough that no `..` in a random path or link leaves the mount. */
const DEPTH = 40;

/** The real machine: one tmpfs for all sequences, a directory for each. */
export class RealMachine {
  readonly base: string = mkdtempSync(join(tmpdir(), 'layerscope-vfs-'));
  readonly #before = process.cwd();
  readonly #groups = process.getgroups?.() ?? [];
  readonly #umask = process.umask(UMASK);

  constructor() {
    chmodSync(this.base, 0o755);
    mount('layerscope', this.base, 'tmpfs', 0, 'mode=0755');
  }

  side(sequence: number): Side {
    const calls = createLinuxSystemCalls();
    const home = makeHome(calls, this.base, sequence);
    return {
      home,
      slots: [],
      numbers: new Map(),
      act: (user, run) => (becomeReal(user), run(calls)),
      inspect: (run) => (becomeReal(false), run(calls)),
    };
  }

  close(): void {
    becomeReal(false);
    process.chdir(this.#before);
    process.umask(this.#umask);
    process.setgroups?.(this.#groups);
    unmount(this.base, MNT_DETACH);
    rmdirSync(this.base);
  }
}

let isUser = false;

/**
 * seteuid(2) and setegid(2) leave no capability in effect; the real ids stay root's, so one can come back. Each call
 * interrupts every thread of this process, so an identity is kept until the other one is asked for.
 */
const becomeReal = (user: boolean): void => {
  if (user === isUser) return;
  isUser = user;
  if (user) {
    process.setgroups?.(GROUPS);
    process.setegid?.(USER);
    process.seteuid?.(USER);
  } else {
    process.seteuid?.(0);
    process.setegid?.(0);
    process.setgroups?.([0]);
  }
};

/** The simulated machine with the same path to its tmpfs. A clock that never stands still, as Linux's does not here. */
export const simulatedSide = (base: string, sequence: number, protections: Protections): Side => {
  let now = 1_000_000_000_000n;
  const clock = { now: () => (now += 1000n) };
  const namespace = new MountNamespace({ fs: createMemoryFileSystem({ clock }), source: 'disk' });
  const devices = memoryDevices(seededRandom(1));
  const root = createProcess({ namespace, caller: { ...ROOT, groups: [0], umask: UMASK }, devices, protections });
  const names = base.split('/').slice(1);
  for (const index of names.keys()) root.mkdir(`/${names.slice(0, index + 1).join('/')}`, 0o755);
  namespace.mount(new Superblock({ fs: createMemoryFileSystem({ clock, dev: 2 }), source: 'tmpfs' }), root.place(base));
  const home = makeHome(root, base, sequence);
  const asRoot = root.caller;
  const asUser = userCaller(USER, USER, GROUPS, UMASK);
  return {
    home,
    slots: [],
    numbers: new Map(),
    // One process with two identities, as on the real side: the descriptors are the same.
    act: (user, run) => {
      // seteuid(2) makes new credentials each time, even to the same ids.
      if (user !== (root.caller.uid === USER)) root.become(user ? { ...asUser } : { ...asRoot });
      return run(root);
    },
    inspect: (run) => {
      const before = root.caller;
      root.become(asRoot);
      try {
        return run(root);
      } finally {
        root.become(before);
      }
    },
  };
};

const makeHome = (calls: SystemCalls, base: string, sequence: number): number => {
  let path = `${base}/${sequence}`;
  calls.mkdir(path, 0o755);
  for (const _ of Array.from({ length: DEPTH })) calls.mkdir((path += '/w'), 0o755);
  calls.chmod(path, 0o777);
  calls.chdir(path);
  return calls.open('.', 0);
};
