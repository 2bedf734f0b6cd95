import { closeSync, mkdirSync, mkdtempSync, openSync, rmdirSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OverlayOptions } from '@layerscope/core/overlay';
import type { SystemCalls } from '@layerscope/core/vfs';
import { createLinuxSystemCalls, MNT_DETACH, mount, unmount } from '../../../host-adapter/src/linux/index.ts';
import type { Stage } from '../../unit/overlay/stage.ts';

/** Linux's overlayfs over layers on a tmpfs. One mount of a tmpfs serves many rows, each in a folder of its own. */
export class KernelStore {
  readonly #root = mkdtempSync(join(tmpdir(), 'layerscope-golden-'));
  #stages = 0;

  constructor() {
    mount('layerscope', this.#root, 'tmpfs', 0, 'mode=0755');
  }

  /** Plays a row, and unmounts what it left mounted. */
  on<Result>(play: (stage: Stage) => Result): Result {
    const stage = new KernelStage(join(this.#root, String(this.#stages++)));
    try {
      return play(stage);
    } finally {
      stage.unmount();
    }
  }

  close(): void {
    unmount(this.#root, MNT_DETACH);
    rmdirSync(this.#root);
  }
}

class KernelStage implements Stage {
  readonly base: string;
  readonly root: SystemCalls = createLinuxSystemCalls();
  #isMounted = false;

  constructor(base: string) {
    this.base = base;
    for (const dir of ['', '/l0', '/u', '/w', '/m']) mkdirSync(base + dir);
  }

  write(path: string, text: string): void {
    const fd = openSync(path, 'w', 0o644);
    writeSync(fd, text);
    closeSync(fd);
  }

  mount({ redirectDir = 'off', index = false, metacopy = false }: OverlayOptions): void {
    const layers = `lowerdir=${this.base}/l0,upperdir=${this.base}/u,workdir=${this.base}/w`;
    const words = [
      layers,
      `redirect_dir=${redirectDir}`,
      `index=${index ? 'on' : 'off'}`,
      `metacopy=${metacopy ? 'on' : 'off'}`,
    ];
    mount('overlay', `${this.base}/m`, 'overlay', 0, words.join(','));
    this.#isMounted = true;
  }

  unmount(): void {
    if (this.#isMounted) unmount(`${this.base}/m`);
    this.#isMounted = false;
  }
}
