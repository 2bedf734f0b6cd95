/** A machine's disk under power: what is written is durable in the order of the calls, and after a cut nothing is. */
import { type FileSystem, type Inode, O_ACCMODE, O_RDONLY, O_TRUNC, type OpenFile, type Tree } from '../../fs/index.ts';
import type { Power } from './power.ts';

export const poweredDisk = ({ fs, root }: Tree, power: Power): Tree => ({ fs: poweredFileSystem(fs, power), root });

const numbered = (inode: Inode): string => `inode ${inode.ino}`;

const poweredFileSystem = (fs: FileSystem, power: Power): FileSystem => {
  const change = <T>(call: string, path: string, body: () => T): T => {
    const after = power.step({ on: 'disk', call, path });
    const answer = body();
    after?.();
    return answer;
  };
  const { content, setContent, accessed, getFlags, setFlags } = fs;
  return {
    type: fs.type,
    dev: fs.dev,
    root: fs.root,
    lookup: fs.lookup.bind(fs),
    parent: fs.parent.bind(fs),
    getattr: fs.getattr.bind(fs),
    permission: fs.permission.bind(fs),
    readlink: fs.readlink.bind(fs),
    readdir: fs.readdir.bind(fs),
    getxattr: fs.getxattr.bind(fs),
    listxattr: fs.listxattr.bind(fs),
    statfs: fs.statfs.bind(fs),
    setattr: (inode, to, caller) => change('setattr', numbered(inode), () => fs.setattr(inode, to, caller)),
    create: (dir, name, mode, caller) => change('create', name, () => fs.create(dir, name, mode, caller)),
    mkdir: (dir, name, mode, caller) => change('mkdir', name, () => fs.mkdir(dir, name, mode, caller)),
    mknod: (dir, name, mode, rdev, caller) => change('mknod', name, () => fs.mknod(dir, name, mode, rdev, caller)),
    symlink: (dir, name, target, caller) => change('symlink', name, () => fs.symlink(dir, name, target, caller)),
    tmpfile: (dir, mode, caller) => change('tmpfile', numbered(dir), () => fs.tmpfile(dir, mode, caller)),
    link: (inode, dir, name, caller) => change('link', name, () => fs.link(inode, dir, name, caller)),
    unlink: (dir, name, caller) => change('unlink', name, () => fs.unlink(dir, name, caller)),
    rmdir: (dir, name, caller) => change('rmdir', name, () => fs.rmdir(dir, name, caller)),
    rename: (fromDir, from, toDir, to, flags, caller) =>
      change('rename', from, () => fs.rename(fromDir, from, toDir, to, flags, caller)),
    setxattr: (inode, name, value, flags, caller) =>
      change('setxattr', numbered(inode), () => fs.setxattr(inode, name, value, flags, caller)),
    removexattr: (inode, name, caller) =>
      change('removexattr', numbered(inode), () => fs.removexattr(inode, name, caller)),
    open: (inode, flags, caller) => {
      if ((flags & O_ACCMODE) === O_RDONLY) return fs.open(inode, flags, caller);
      const open = (): OpenFile => new PoweredFile(fs.open(inode, flags, caller), numbered(inode), change);
      return (flags & O_TRUNC) === 0 ? open() : change('truncate', numbered(inode), open);
    },
    // Whoever reads does not mind whether the time of it is kept.
    ...(accessed === undefined ? {} : { accessed: (inode) => void (power.on && accessed.call(fs, inode)) }),
    ...(getFlags === undefined ? {} : { getFlags: getFlags.bind(fs) }),
    ...(setFlags === undefined
      ? {}
      : {
          setFlags: (inode, flags, caller) =>
            change('setFlags', numbered(inode), () => setFlags.call(fs, inode, flags, caller)),
        }),
    ...(content === undefined ? {} : { content: content.bind(fs) }),
    ...(setContent === undefined
      ? {}
      : {
          setContent: (inode, to, caller) =>
            change('write', numbered(inode), () => setContent.call(fs, inode, to, caller)),
        }),
  };
};

type Change = <T>(call: string, path: string, body: () => T) => T;

class PoweredFile implements OpenFile {
  readonly #file: OpenFile;
  readonly #path: string;
  readonly #change: Change;

  constructor(file: OpenFile, path: string, change: Change) {
    this.#file = file;
    this.#path = path;
    this.#change = change;
  }

  read(into: Uint8Array, position: number): number {
    return this.#file.read(into, position);
  }

  write(from: Uint8Array, position: number): number {
    return this.#change('write', this.#path, () => this.#file.write(from, position));
  }

  allocate(mode: number, offset: number, length: number): void {
    this.#change('allocate', this.#path, () => this.#file.allocate(mode, offset, length));
  }

  seek(offset: number, whence: 'data' | 'hole'): number {
    return this.#file.seek(offset, whence);
  }

  sync(): void {
    this.#file.sync();
  }

  /** Possible without power: the inode gives back what only this open kept, as a file system check does. */
  close(): void {
    this.#file.close();
  }
}
