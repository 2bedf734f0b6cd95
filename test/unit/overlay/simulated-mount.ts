import {
  type Clock,
  createMemoryFileSystem,
  FsError,
  O_CREAT,
  O_WRONLY,
  ROOT,
  seededRandom,
  userCaller,
  type Caller,
  type FileSystem,
} from '@layerscope/core/fs';
import {
  createOverlayFileSystem,
  type OverlayEvent,
  type OverlayFileSystem,
  type OverlayMount,
  type OverlayOptions,
} from '@layerscope/core/overlay';
import type { Stage } from './stage.ts';
import { createProcess, type Mounted, MountNamespace, type Process, Superblock } from '@layerscope/core/vfs';

/** What everything that a test prepares is dated. */
export const OLD = 1_000_000_000_000_000_000n;

const encoder = new TextEncoder();

/**
 * Layers in memory (`/l0` the top lower, `/l1`, …, `/u`, `/w`) and an overlay of them on `/m`, as a process sees them.
 * The clock stands at one time until `tick` moves it, so that a test can tell what was touched.
 */
export class SimulatedMount implements Stage {
  readonly base = '';
  readonly store: FileSystem;
  readonly root: Process;
  readonly events: OverlayEvent[] = [];
  readonly namespace: MountNamespace;
  now = 1_700_000_000_000_000_000n;
  overlay: OverlayFileSystem | undefined;
  readonly #lowers: number;
  readonly #dataLowers: number;
  readonly #separated: Mounted[] = [];
  #mounted: Mounted | undefined;

  /** With `dataLowers`, data-only layers `/do0`, … below the others. */
  constructor(lowers = 1, dataLowers = 0) {
    const clock: Clock = { now: () => this.now };
    this.store = createMemoryFileSystem({ clock, dev: 7 });
    this.#lowers = lowers;
    this.#dataLowers = dataLowers;
    this.namespace = new MountNamespace({ fs: this.store, source: 'store' });
    this.root = createProcess({ namespace: this.namespace, caller: ROOT });
    for (const dir of ['/u', '/w', '/m']) this.root.mkdir(dir, 0o755);
    for (let index = 0; index < lowers; index++) this.root.mkdir(`/l${index}`, 0o755);
    for (let index = 0; index < dataLowers; index++) this.root.mkdir(`/do${index}`, 0o755);
  }

  tick(): void {
    this.now += 60_000_000_000n;
  }

  asUser<Result>(run: (calls: Process) => Result): Result {
    const process = this.as(userCaller(1000, 1000));
    try {
      return run(process);
    } finally {
      process.exit();
    }
  }

  /** A process of somebody else. */
  as(caller: Caller): Process {
    return createProcess({ namespace: this.namespace, caller });
  }

  write(path: string, text: string, mode = 0o644): void {
    const fd = this.root.open(path, O_CREAT | O_WRONLY, mode);
    this.root.write(fd, encoder.encode(text));
    this.root.close(fd);
  }

  xattr(path: string, name: string, value: string): void {
    this.root.setxattr(path, name, encoder.encode(value), 0, false);
  }

  /** Dates everything below `path` to `OLD`, then moves the clock on. */
  age(path: string): void {
    const visit = (at: string): void => {
      const { mount, inode } = this.root.place(at);
      for (const { name } of mount.fs.readdir(inode)) {
        const child = `${at}/${name}`;
        if (this.root.stat(child, false).mode >> 12 === 4) visit(child);
        else this.root.utimens(child, OLD, OLD, false);
      }
      this.root.utimens(at, OLD, OLD, false);
    };
    visit(path);
    this.tick();
  }

  separate(layer: string): void {
    const clock: Clock = { now: () => this.now };
    const fs = createMemoryFileSystem({ clock, dev: 8 + this.#separated.length });
    this.#separated.push(this.namespace.mount(new Superblock({ fs, source: layer }), this.root.place(layer)));
    this.root.chmod(layer, 0o755);
  }

  mount(
    options: OverlayOptions = {},
    withUpper = true,
    by: Pick<OverlayMount, 'mounter' | 'userNamespace'> = { mounter: ROOT },
  ): void {
    const tree = (path: string) => {
      const { mount, inode } = this.root.place(path);
      return { fs: mount.fs, root: inode, path };
    };
    this.overlay = createOverlayFileSystem({
      lowers: Array.from({ length: this.#lowers }, (_, index) => tree(`/l${index}`)),
      dataLowers: Array.from({ length: this.#dataLowers }, (_, index) => tree(`/do${index}`)),
      ...(withUpper ? { upper: tree('/u'), work: tree('/w') } : {}),
      options,
      dev: 47,
      random: seededRandom(1),
      ...by,
      onEvent: (event) => this.events.push(event),
    });
    const superblock = new Superblock({ fs: this.overlay, source: 'overlay', readOnly: this.overlay.readOnly });
    this.#mounted = this.namespace.mount(superblock, this.root.place('/m'));
  }

  unmount(): void {
    this.root.chdir('/');
    if (this.#mounted !== undefined) this.namespace.unmount(this.#mounted);
    this.overlay?.unmount();
  }
}

/** `ok`, what `run` answers, or the name of the error it throws. */
export const outcome = (run: () => unknown): string => {
  try {
    const answer = run();
    return typeof answer === 'string' || typeof answer === 'number' ? `ok:${answer}` : 'ok';
  } catch (error) {
    if (error instanceof FsError) return error.code;
    throw error;
  }
};
