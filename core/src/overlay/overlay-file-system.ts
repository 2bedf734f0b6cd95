import type {
  AttributeChange,
  Caller,
  Content,
  DirectoryEntry,
  FileSystem,
  Inode,
  OpenFile,
  Stat,
  StatFs,
} from '../fs/index.ts';
import { fail, S_IFCHR, S_IFMT } from '../fs/index.ts';
import { attributesOf, changeAttributes, checkPermission, statfsOf } from './attributes.ts';
import { copyUp } from './change/copy-up/copy-up.ts';
import { createObject, createUnnamed, linkObject } from './change/create.ts';
import { openFile } from './change/open-file.ts';
import { changeFlags } from './change/set-flags.ts';
import { removeObject } from './change/remove.ts';
import { renameObject } from './change/rename.ts';
import { removeXattr, setXattr } from './change/set-xattr.ts';
import { writableUpper } from './change/work-directory.ts';
import { changeClaim, claimLayers, mountLayers } from './mount/mount.ts';
import type { OverlayMount } from './options.ts';
import type { Superblock } from './superblock.ts';
import { lookup, lookupKnown } from './tree/lookup.ts';
import { flagsOf } from './tree/flags.ts';
import { bytesOf } from './tree/lower-data.ts';
import { OverlayInode } from './tree/overlay-inode.ts';
import { listDirectory } from './tree/readdir.ts';
import { getXattr, listXattr } from './xattr/user-xattrs.ts';

/** A mounted overlay. */
export interface OverlayFileSystem extends FileSystem {
  /** Nothing can be written: no upper layer, an option, or a work directory that could not be prepared. */
  readonly readOnly: boolean;
  /**
   * Forgets all that was remembered of the layers, for when they were changed from outside (an undo). What is open or
   * referred to must not be used afterwards.
   */
  dropCaches(): void;
  /** Gives the upper and work directories back (`inUse`). The shared whiteout stays in the work directory. */
  unmount(): void;
}

/**
 * Mounts Linux's overlayfs over any file systems.
 *
 * Mounting writes, as on Linux: `work/work` is made anew, and an upper root that was never used gets a `uuid` mark.
 * So does looking: a merged directory whose upper part was put together by hand gets its `origin` mark at a lookup.
 *
 * @throws {OverlayMountError} with the errno and the kernel-log line for layers that Linux refuses.
 */
export const createOverlayFileSystem = (mount: OverlayMount): OverlayFileSystem => new Overlay(mount);

class Overlay implements OverlayFileSystem {
  readonly type = 'overlay';
  readonly dev: number;
  readonly #superblock: Superblock;
  readonly #unmount: () => void;
  content?: (inode: Inode) => Content;
  setContent?: (inode: Inode, content: Content, caller: Caller) => void;

  constructor(mount: OverlayMount) {
    const superblock = mountLayers(mount);
    this.#superblock = superblock;
    this.dev = mount.dev;
    const claims = claimLayers(mount);
    this.#unmount = (): void => claims.forEach((root) => changeClaim(mount, root, false));
    const { upper, lowers, dataLowers } = superblock;
    if ((upper === undefined || upper.fs.content) && [...lowers, ...dataLowers].every(({ fs }) => fs.content)) {
      this.content = (inode): Content => contentOf(superblock, own(inode));
    }
    if (upper?.fs.setContent) {
      this.setContent = (inode, content): void => replaceContent(superblock, own(inode), content);
    }
  }

  get root(): Inode {
    return this.#superblock.root;
  }

  get readOnly(): boolean {
    return !this.#superblock.writable;
  }

  dropCaches(): void {
    const { root } = this.#superblock;
    root.children?.clear();
    root.listing = undefined;
    this.#superblock.links = new WeakMap();
    this.#superblock.directories = new WeakMap();
  }

  unmount(): void {
    this.#unmount();
  }

  lookup(dir: Inode, name: string): Inode | undefined {
    return lookup(this.#superblock, own(dir), name);
  }

  parent(dir: Inode): Inode {
    return own(dir).parent;
  }

  getattr(inode: Inode): Stat {
    return attributesOf(own(inode));
  }

  permission(inode: Inode, mask: number, caller: Caller): void {
    checkPermission(this.#superblock, own(inode), mask, caller);
  }

  setattr(inode: Inode, change: AttributeChange, _caller: Caller): void {
    changeAttributes(this.#superblock, own(inode), change);
  }

  create(dir: Inode, name: string, mode: number, caller: Caller): Inode {
    return createObject(this.#superblock, own(dir), name, caller, 'open(O_CREAT)', (fs, into, as, maker) =>
      fs.create(into, as, mode, maker),
    );
  }

  mkdir(dir: Inode, name: string, mode: number, caller: Caller): Inode {
    return createObject(this.#superblock, own(dir), name, caller, 'mkdir', (fs, into, as, maker) =>
      fs.mkdir(into, as, mode, maker),
    );
  }

  /** EPERM for a character device 0:0: nobody makes whiteouts through the mount. */
  mknod(dir: Inode, name: string, mode: number, rdev: number, caller: Caller): Inode {
    if ((mode & S_IFMT) === S_IFCHR && rdev === 0) {
      const known = lookupKnown(this.#superblock, own(dir), name);
      fail(typeof known === 'object' ? 'EEXIST' : 'EPERM');
    }
    return createObject(this.#superblock, own(dir), name, caller, 'mknod', (fs, into, as, maker) =>
      fs.mknod(into, as, mode, rdev, maker),
    );
  }

  symlink(dir: Inode, name: string, target: string, caller: Caller): Inode {
    return createObject(this.#superblock, own(dir), name, caller, 'symlink', (fs, into, as, maker) =>
      fs.symlink(into, as, target, maker),
    );
  }

  tmpfile(dir: Inode, mode: number, caller: Caller): Inode {
    return createUnnamed(this.#superblock, own(dir), mode, caller);
  }

  link(inode: Inode, dir: Inode, name: string, _caller: Caller): void {
    linkObject(this.#superblock, own(inode), own(dir), name);
  }

  unlink(dir: Inode, name: string, _caller: Caller): void {
    removeObject(this.#superblock, own(dir), name, false);
  }

  rmdir(dir: Inode, name: string, _caller: Caller): void {
    removeObject(this.#superblock, own(dir), name, true);
  }

  rename(fromDir: Inode, fromName: string, toDir: Inode, toName: string, flags: number, _caller: Caller): void {
    renameObject(this.#superblock, own(fromDir), fromName, own(toDir), toName, flags);
  }

  readlink(inode: Inode): string {
    const { fs, real } = own(inode);
    return fs.readlink(real);
  }

  readdir(dir: Inode): readonly DirectoryEntry[] {
    return listDirectory(this.#superblock, own(dir));
  }

  open(inode: Inode, flags: number, _caller: Caller): OpenFile {
    return openFile(this.#superblock, own(inode), flags);
  }

  getxattr(inode: Inode, name: string): Uint8Array | undefined {
    return getXattr(this.#superblock, own(inode), name);
  }

  listxattr(inode: Inode): readonly string[] {
    return listXattr(this.#superblock, own(inode));
  }

  setxattr(inode: Inode, name: string, value: Uint8Array, flags: number, caller: Caller): void {
    setXattr(this.#superblock, own(inode), name, value, flags, caller);
  }

  removexattr(inode: Inode, name: string, caller: Caller): void {
    removeXattr(this.#superblock, own(inode), name, caller);
  }

  getFlags(inode: Inode): number {
    return flagsOf(this.#superblock, own(inode));
  }

  setFlags(inode: Inode, flags: number, _caller: Caller): void {
    changeFlags(this.#superblock, own(inode), flags);
  }

  statfs(): StatFs {
    return statfsOf(this.#superblock);
  }

  /** Reading moves the atime of upper objects only: lower layers are not written. */
  accessed(inode: Inode): void {
    const { upper, fs } = own(inode);
    if (upper !== undefined && this.#superblock.writable) fs.accessed?.(upper);
  }
}

/** ESTALE for an inode of another file system. */
const own = (inode: Inode): OverlayInode => (inode instanceof OverlayInode ? inode : fail('ESTALE'));

const contentOf = (superblock: Superblock, inode: OverlayInode): Content => {
  const bytes = bytesOf(superblock, inode);
  return bytes.fs.content?.(bytes.inode) ?? fail('EOPNOTSUPP');
};

const replaceContent = (superblock: Superblock, inode: OverlayInode, content: Content): void => {
  const upper = writableUpper(superblock);
  copyUp(superblock, inode, { call: 'setContent', rule: 'content-replaced', writes: true, truncate: true });
  upper.fs.setContent?.(inode.upper ?? fail('EROFS'), content, superblock.mounter);
};
