import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, rmdirSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OverlayOptions } from '@layerscope/core/overlay';
import type { SystemCalls } from '@layerscope/core/vfs';
import {
  createLinuxSystemCalls,
  MNT_DETACH,
  mount,
  MS_RDONLY,
  unmount,
} from '../../../host-adapter/src/linux/index.ts';
import type { Stage } from '../../unit/overlay/stage.ts';

/** Linux's overlayfs over layers on a tmpfs. One mount of a tmpfs serves many rows, each in a folder of its own. */
export class KernelStore {
  readonly #root = mkdtempSync(join(tmpdir(), 'layerscope-golden-'));
  #stages = 0;

  constructor() {
    chmodSync(this.#root, 0o755);
    mount('layerscope', this.#root, 'tmpfs', 0, 'mode=0755');
  }

  /** Plays a row, and unmounts what it left mounted. */
  on<Result>(play: (stage: Stage) => Result, lowers = 1): Result {
    const stage = new KernelStage(join(this.#root, String(this.#stages++)), lowers);
    try {
      return play(stage);
    } finally {
      stage.close();
    }
  }

  close(): void {
    unmount(this.#root, MNT_DETACH);
    rmdirSync(this.#root);
  }
}

/** seteuid(2) and its kin, for all threads: no capability is left in effect, and the real ids bring root back. */
const become = (id: number, groups: readonly number[]): void => {
  if (id === 0) process.seteuid?.(0);
  process.setegid?.(id);
  process.setgroups?.([...groups]);
  if (id !== 0) process.seteuid?.(id);
};

class KernelStage implements Stage {
  readonly base: string;
  readonly root: SystemCalls = createLinuxSystemCalls();
  readonly #lowers: readonly string[];
  readonly #separated: string[] = [];
  #isMounted = false;

  constructor(base: string, lowers: number) {
    this.base = base;
    this.#lowers = Array.from({ length: lowers }, (_, at) => `${base}/l${at}`);
    for (const dir of [base, ...this.#lowers, `${base}/u`, `${base}/w`, `${base}/m`]) mkdirSync(dir);
  }

  separate(layer: string): void {
    mount('layerscope', this.base + layer, 'tmpfs', 0, 'mode=0755');
    this.#separated.push(this.base + layer);
  }

  asUser<Result>(run: (calls: SystemCalls) => Result): Result {
    const groups = process.getgroups?.() ?? [];
    const umask = process.umask(0o022);
    become(1000, [1000]);
    try {
      return run(this.root);
    } finally {
      become(0, groups);
      process.umask(umask);
    }
  }

  write(path: string, text: string): void {
    const fd = openSync(path, 'w', 0o644);
    writeSync(fd, text);
    closeSync(fd);
  }

  mount({
    index = false,
    metacopy = false,
    redirectDir = metacopy ? 'on' : 'off',
    xino = 'off',
    readOnly = false,
  }: OverlayOptions): void {
    const layers = `lowerdir=${this.#lowers.join(':')},upperdir=${this.base}/u,workdir=${this.base}/w`;
    const words = [
      layers,
      `redirect_dir=${redirectDir}`,
      `index=${index ? 'on' : 'off'}`,
      `metacopy=${metacopy ? 'on' : 'off'}`,
      `xino=${xino}`,
    ];
    mount('overlay', `${this.base}/m`, 'overlay', readOnly ? MS_RDONLY : 0, words.join(','));
    this.#isMounted = true;
  }

  unmount(): void {
    if (this.#isMounted) unmount(`${this.base}/m`);
    this.#isMounted = false;
  }

  /** Unmounts what is left. */
  close(): void {
    this.unmount();
    for (const layer of this.#separated) unmount(layer, MNT_DETACH);
  }
}
