/** Makes the overlay of a mount. It runs in the worker that serves it. */
import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import {
  type Caller,
  createMemoryFileSystem,
  fail,
  type FileSystem,
  FsError,
  type Inode,
  type Nanoseconds,
  PERMISSION_BITS,
  ROOT,
  userCaller,
} from '@layerscope/core/fs';
import { createOverlayFileSystem, type LayerTree } from '@layerscope/core/overlay';
import type { Served } from '../fuse/index.ts';
import { createHostFileSystem, type HostFileSystem } from '../host-file-system/index.ts';
import type { OverlayRequest } from './mount-options.ts';

/** No device number of the host: the kernel shows the mount's own. */
const OVERLAY_DEV = 0;
const MEMORY_DEV = -1;

/** @throws {OverlayMountError} and {FsError} for layers that cannot be mounted. */
export const createOverlay = (request: OverlayRequest): Served => {
  const { lowers, dataLowers, upper, work, memory, overlay: options } = request;
  const layers = new HostLayers();
  const copied: string[] = [];
  try {
    const lowerTrees = lowers.map((path) => layers.open(path, 'lowerdir'));
    const upperTree = memory
      ? memoryTrees(lowerTrees[0])
      : upper !== undefined && work !== undefined
        ? { upper: layers.open(upper, 'upperdir'), work: layers.open(work, 'workdir') }
        : undefined;
    const fs = createOverlayFileSystem({
      lowers: lowerTrees,
      dataLowers: dataLowers.map((path) => layers.open(path, 'lowerdir')),
      ...upperTree,
      // A FUSE mount has one st_dev: only xino tells inodes of several file systems apart.
      options: { userxattr: !mayUseTrustedAttributes(), xino: 'auto', ...options },
      dev: OVERLAY_DEV,
      random: { bytes: (length) => randomBytes(length) },
      mounter: mounter(),
      onEvent: (event) => {
        if (event.type === 'copy-up') copied.push(event.path);
      },
    });
    if (upperTree !== undefined && process.geteuid?.() !== 0) openWorkDirectory(upperTree.work);
    layers.detach(upper !== undefined && work !== undefined ? [upper, work] : []);
    return {
      fs,
      readOnly: fs.readOnly,
      // An index brings the names of a lower file together one by one, as each is opened to be changed.
      linksByName: options.index === true || options.nfsExport === true,
      beforeRequest: layers.beginMoment,
      takeChanged: () => (copied.length === 0 ? NOTHING : copied.splice(0).flatMap((path) => inodeAt(fs, path))),
      close: () => {
        fs.unmount();
        layers.close();
      },
    };
  } catch (error) {
    layers.close();
    throw error;
  }
};

/** The kernel makes `work/work` of mode 0, which is an obstacle for all but root. */
const openWorkDirectory = ({ fs, root }: LayerTree): void => {
  const made = fs.lookup(root, 'work');
  if (made !== undefined) fs.setattr(made, { mode: 0o700 }, ROOT);
};

const NOTHING: readonly Inode[] = [];

/** What stands at a path of the overlay, if anything does. */
const inodeAt = (fs: FileSystem, path: string): readonly Inode[] => {
  let inode: Inode | undefined = fs.root;
  for (const name of path.split('/').filter(Boolean)) inode = inode && fs.lookup(inode, name);
  return inode === undefined ? [] : [inode];
};

/** One `HostFileSystem` for each device, so that layers on one file system are known to be. */
class HostLayers {
  readonly #byDevice = new Map<number, HostFileSystem>();
  readonly #all: HostFileSystem[] = [];
  readonly #byPath = new Map<string, HostFileSystem>();

  open(path: string, option: string): LayerTree {
    const { dev } = describe(path, option, () => statSync(path));
    let fs = this.#byDevice.get(dev);
    if (fs === undefined) {
      fs = describe(path, option, () => createHostFileSystem(path));
      this.#byDevice.set(dev, fs);
      this.#all.push(fs);
    }
    this.#byPath.set(path, fs);
    return { fs, root: describe(path, option, () => fs.attach(path)), path };
  }

  /** Lets go of the mounts that the layers were found on. Names move between upper and work, `pair`. */
  detach(pair: readonly string[]): void {
    if (pair[0] !== undefined) this.#byPath.get(pair[0])?.detach(pair);
    for (const [path, fs] of this.#byPath) if (!pair.includes(path)) fs.detach([path]);
  }

  readonly beginMoment = (): void => {
    for (let index = 0; index < this.#all.length; index++) this.#all[index]!.beginMoment();
  };

  close(): void {
    for (const fs of this.#byDevice.values()) fs.close();
  }
}

/** Says which option named a directory that cannot be opened. */
const describe = <Result>(path: string, option: string, run: () => Result): Result => {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    const code = error instanceof FsError ? error.code : String(error.code);
    if (code === 'ENOENT') fail('ENOENT', `${option}=${path}: there is no such directory`);
    if (code === 'ENOTDIR') fail('ENOTDIR', `${option}=${path} is not a directory`);
    if (code === 'EACCES') fail('EACCES', `${option}=${path}: this user may not open it`);
    throw error;
  }
};

/** The mount's own directory looks like the top layer's: whoever could write there can write here. */
const memoryTrees = (top: LayerTree | undefined): { readonly upper: LayerTree; readonly work: LayerTree } => {
  const fs = createMemoryFileSystem({ clock: { now }, dev: MEMORY_DEV });
  const tree = (name: string): LayerTree => ({ fs, root: fs.mkdir(fs.root, name, 0o755, ROOT), path: name });
  const [upper, work] = [tree('upper'), tree('work')];
  if (top !== undefined) {
    const { mode, uid, gid, atime, mtime } = top.fs.getattr(top.root);
    fs.setattr(upper.root, { mode: mode & PERMISSION_BITS, uid, gid, atime, mtime }, ROOT);
  }
  return { upper, work };
};

/** Microseconds, counted on from when the process started, so that no two changes seem to run backwards. */
const now = (): Nanoseconds => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n;

/** In a user namespace uid 0 has all capabilities over what is his. */
const mounter = (): Caller =>
  process.geteuid?.() === 0
    ? ROOT
    : userCaller(process.geteuid?.() ?? 0, process.getegid?.() ?? 0, process.getgroups?.() ?? []);

/** `trusted.*` is for root of the whole machine, not of a user namespace. */
const mayUseTrustedAttributes = (): boolean =>
  process.geteuid?.() === 0 && /^\s*0\s+0\s+4294967295\s*$/.test(readFileSync('/proc/self/uid_map', 'utf8'));
