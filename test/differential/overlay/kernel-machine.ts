import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FsError } from '@layerscope/core/fs';
import type { SystemCalls } from '@layerscope/core/vfs';
import { asUser, createLinuxSystemCalls, MNT_DETACH, mount, unmount } from '../../../host-adapter/src/linux/index.ts';
import { LOWER, type Machine, MERGED, UPPER, WORK } from './machine.ts';
import type { Scene } from './scene.ts';

/** Two tmpfs that many scenes use, each in a folder of its own: unmounting waits for the kernel's grace periods. */
class Stores {
  readonly #root = mkdtempSync(join(tmpdir(), 'layerscope-overlay-'));
  #scenes = 0;

  constructor() {
    // The unprivileged user passes through here.
    chmodSync(this.#root, 0o755);
    for (const name of ['one', 'two']) {
      mkdirSync(join(this.#root, name));
      mount('layerscope', join(this.#root, name), 'tmpfs', 0, 'mode=0755');
    }
  }

  /** A new folder for a scene, with one for its lower layers on the same or the other file system. */
  add(separateFs: boolean): string {
    const base = join(this.#root, 'one', String(this.#scenes));
    const lowers = separateFs ? join(this.#root, 'two', String(this.#scenes)) : base + LOWER;
    this.#scenes += 1;
    for (const dir of [base, `${base}/upper`, base + MERGED, lowers]) mkdirSync(dir);
    if (separateFs) symlinkSync(lowers, base + LOWER);
    return base;
  }

  close(): void {
    for (const name of ['one', 'two']) unmount(join(this.#root, name), MNT_DETACH);
    rmSync(this.#root, { recursive: true, force: true });
  }
}

let stores: Stores | undefined;

/** Takes the file systems of all scenes away. */
export const closeKernelMachines = (): void => {
  stores?.close();
  stores = undefined;
};

/** The option string, without the layers. */
export const optionsOf = ({ redirectDir, userxattr, metacopy, xino, index }: Scene): string =>
  [
    metacopy ? 'metacopy=on' : userxattr ? 'userxattr' : `redirect_dir=${redirectDir}`,
    ...(xino === 'off' ? [] : [`xino=${xino}`]),
    ...(index === 'off' ? [] : [index === 'on' ? 'index=on' : 'nfs_export=on']),
  ].join(',');

/** The value of `lowerdir=`, for layers in a directory. */
export const lowersOf = (scene: Scene, dir: string): string =>
  [
    scene.lowers.map((_, index) => `${dir}/${index}`).join(':'),
    ...scene.dataLowers.map((_, index) => `${dir}/data${index}`),
  ].join('::');

const PATIENCE = 2000;

/** What was just unmounted may be in use for a moment more, and with an index its upper directory is then busy. */
const whenFree = (run: () => void): void => {
  for (const start = Date.now(); ;) {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof FsError) || error.code !== 'EBUSY' || Date.now() - start > PATIENCE) throw error;
    }
  }
};

/** Linux's own overlayfs, over layers on a tmpfs. */
export class KernelMachine implements Machine {
  readonly base: string;
  readonly calls: SystemCalls = createLinuxSystemCalls();

  constructor(scene: Scene) {
    stores ??= new Stores();
    this.base = stores.add(scene.separateFs);
  }

  asUser<Result>(run: (calls: SystemCalls) => Result): Result {
    return asUser(1000, 1000, () => run(this.calls));
  }

  mountOverlay(scene: Scene): void {
    const lowers = lowersOf(scene, this.base + LOWER);
    const layers = `lowerdir=${lowers},upperdir=${this.base}${UPPER},workdir=${this.base}${WORK}`;
    const data = `${layers},${optionsOf(scene)}`;
    whenFree(() => mount('overlay', this.base + MERGED, 'overlay', 0, data));
  }

  unmountOverlay(): void {
    unmount(this.base + MERGED);
  }

  close(): void {
    try {
      unmount(this.base + MERGED, MNT_DETACH);
    } catch {
      // It was not mounted: the sequence failed before.
    }
  }
}
