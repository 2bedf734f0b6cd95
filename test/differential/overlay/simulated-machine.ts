import { readFileSync } from 'node:fs';
import {
  ALL_CAPABILITIES,
  CAP_CHOWN,
  CAP_DAC_OVERRIDE,
  CAP_DAC_READ_SEARCH,
  CAP_FOWNER,
  CAP_FSETID,
  CAP_LINUX_IMMUTABLE,
  CAP_MKNOD,
  type Clock,
  createMemoryFileSystem,
  ROOT,
  seededRandom,
} from '@layerscope/core/fs';
import { createOverlayFileSystem, type OverlayFileSystem, type OverlayOptions } from '@layerscope/core/overlay';
import {
  createProcess,
  type Mounted,
  MountNamespace,
  type Process,
  Superblock,
  type SystemCalls,
} from '@layerscope/core/vfs';
import { LOWER, type Machine, MERGED, UPPER, WORK } from './machine.ts';
import type { Scene } from './scene.ts';

const FILE_CAPABILITIES =
  CAP_CHOWN | CAP_DAC_OVERRIDE | CAP_DAC_READ_SEARCH | CAP_FOWNER | CAP_FSETID | CAP_LINUX_IMMUTABLE | CAP_MKNOD;

/** fs.protected_* of this machine, so that both sides have the same. */
const protection = (what: string): number => Number(readFileSync(`/proc/sys/fs/protected_${what}`, 'utf8'));

/** As the kernel has them: `process.getgroups` adds the effective group. */
const supplementaryGroups = (): readonly number[] => {
  const line = /^Groups:(.*)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
  return line.trim().split(/\s+/).filter(Boolean).map(Number);
};

const optionsOf = ({ userxattr, metacopy, redirectDir, xino, index }: Scene): OverlayOptions => ({
  ...(metacopy ? { metacopy } : userxattr ? { userxattr } : { redirectDir }),
  xino,
  ...(index === 'off' ? {} : index === 'on' ? { index: true } : { nfsExport: true }),
});

/** Our overlay over memory file systems, behind the simulated system calls. */
export class SimulatedMachine implements Machine {
  readonly base = '';
  readonly calls: Process;
  overlay: OverlayFileSystem | undefined;
  readonly #user: Process;
  readonly #namespace: MountNamespace;
  #mounted: Mounted | undefined;

  constructor(scene: Scene) {
    let now = 1_700_000_000_000_000_000n;
    const clock: Clock = { now: () => (now += 1000n) };
    const namespace = new MountNamespace({ fs: createMemoryFileSystem({ clock, dev: 1 }), source: 'upper' });
    const protections = {
      hardlinks: protection('hardlinks') !== 0,
      symlinks: protection('symlinks') !== 0,
      regular: protection('regular'),
      fifos: protection('fifos'),
    };
    this.#namespace = namespace;
    this.calls = createProcess({ namespace, caller: { ...ROOT, umask: 0o022 }, protections });
    const caller = {
      uid: 1000,
      gid: 1000,
      groups: supplementaryGroups(),
      capabilities: ALL_CAPABILITIES & ~FILE_CAPABILITIES,
      umask: 0o022,
    };
    this.#user = createProcess({ namespace, caller, protections });
    for (const dir of ['/upper', LOWER, MERGED]) this.calls.mkdir(dir, 0o755);
    if (scene.separateFs) {
      const fs = createMemoryFileSystem({ clock, dev: 2 });
      namespace.mount(new Superblock({ fs, source: 'lower' }), this.calls.place(LOWER));
    }
  }

  asUser<Result>(run: (calls: SystemCalls) => Result): Result {
    return run(this.#user);
  }

  mountOverlay(scene: Scene): void {
    const tree = (path: string) => {
      const { mount, inode } = this.calls.place(path);
      return { fs: mount.fs, root: inode, path };
    };
    this.overlay = createOverlayFileSystem({
      lowers: scene.lowers.map((_, index) => tree(`${LOWER}/${index}`)),
      dataLowers: scene.dataLowers.map((_, index) => tree(`${LOWER}/data${index}`)),
      upper: tree(UPPER),
      work: tree(WORK),
      options: optionsOf(scene),
      dev: 100,
      random: seededRandom(1),
      mounter: ROOT,
    });
    const superblock = new Superblock({ fs: this.overlay, source: 'overlay', readOnly: this.overlay.readOnly });
    this.#mounted = this.#namespace.mount(superblock, this.calls.place(MERGED));
  }

  unmountOverlay(): void {
    if (this.#mounted !== undefined) this.#namespace.unmount(this.#mounted);
    this.overlay?.unmount();
  }

  close(): void {
    this.calls.exit();
    this.#user.exit();
  }
}
