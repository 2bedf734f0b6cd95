/** The laws of the `FileSystem` port, for every implementation that can hold all kinds of objects. */
import {
  type FileSystem,
  FsError,
  type Inode,
  makedev,
  RENAME_EXCHANGE,
  RENAME_NOREPLACE,
  RENAME_WHITEOUT,
  ROOT,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFREG,
  S_IFSOCK,
  userCaller,
  O_RDWR,
  O_TRUNC,
  XATTR_CREATE,
  XATTR_REPLACE,
  bytesOf,
  contentOf,
  fail,
} from '@layerscope/core/fs';
import { describe, expect, it } from 'vitest';

export interface LawOptions {
  readonly capacity?: number;
  readonly inodes?: number;
  readonly links?: number;
}

/** `sparse`: whether holes take no space. `shares`: whether contents are shared rather than copied. */
export interface Abilities {
  readonly sparse: boolean;
  readonly shares: boolean;
  /**
   * A file system of the host behind it: it lists in an order of its own, has no limit of links to choose and no
   * contents to hand out, and of a write that does not fit it writes the beginning.
   */
  readonly native?: boolean;
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** The errno name an operation fails with, or `'ok'`. */
export const outcome = (operation: () => unknown): string => {
  try {
    operation();
    return 'ok';
  } catch (error) {
    if (error instanceof FsError) return error.code;
    throw error;
  }
};

const write = (fs: FileSystem, file: Inode, data: Uint8Array, position = 0): void => {
  const open = fs.open(file, O_RDWR, ROOT);
  try {
    open.write(data, position);
  } finally {
    open.close();
  }
};

const read = (fs: FileSystem, file: Inode): string => {
  const open = fs.open(file, 0, ROOT);
  const bytes = new Uint8Array(fs.getattr(file).size);
  const count = open.read(bytes, 0);
  open.close();
  return new TextDecoder().decode(bytes.subarray(0, count));
};

const names = (fs: FileSystem, dir: Inode): string[] => fs.readdir(dir).map(({ name }) => name);

/** Which of atime, mtime, ctime an operation changed. */
const stamped = (fs: FileSystem, inode: Inode, operation: () => void): string => {
  const before = fs.getattr(inode);
  operation();
  const after = fs.getattr(inode);
  return (['atime', 'mtime', 'ctime'] as const)
    .filter((time) => before[time] !== after[time])
    .map((time) => time[0])
    .join('');
};

const tree = (fs: FileSystem): { fs: FileSystem; a: Inode; b: Inode; f: Inode; g: Inode } => {
  const a = fs.mkdir(fs.root, 'a', 0o755, ROOT);
  const b = fs.mkdir(fs.root, 'b', 0o755, ROOT);
  return { fs, a, b, f: fs.create(a, 'f', 0o644, ROOT), g: fs.create(b, 'g', 0o644, ROOT) };
};

export const fileSystemLaws = (
  make: (options?: LawOptions) => FileSystem,
  { sparse, shares, native = false }: Abilities,
): void => {
  /** The names as they are listed, sorted where the order is the host's. */
  const inOrder = (listed: readonly string[]): readonly string[] => (native ? listed.toSorted() : listed);

  describe('names', () => {
    it('finds what was made, and nothing else', () => {
      const fs = make();
      const file = fs.create(fs.root, 'a', 0o644, ROOT);
      expect(fs.lookup(fs.root, 'a')).toBe(file);
      expect(fs.lookup(fs.root, 'b')).toBeUndefined();
      expect(outcome(() => fs.lookup(file, 'x'))).toBe('ENOTDIR');
      expect(file.type).toBe(S_IFREG);
    });

    it('counts a name in bytes', () => {
      const fs = make();
      expect(outcome(() => fs.create(fs.root, 'x'.repeat(255), 0o644, ROOT))).toBe('ok');
      expect(outcome(() => fs.create(fs.root, 'x'.repeat(256), 0o644, ROOT))).toBe('ENAMETOOLONG');
      expect(outcome(() => fs.create(fs.root, 'é'.repeat(127), 0o644, ROOT))).toBe('ok');
      expect(outcome(() => fs.create(fs.root, 'é'.repeat(128), 0o644, ROOT))).toBe('ENAMETOOLONG');
      expect(outcome(() => fs.lookup(fs.root, '漢'.repeat(86)))).toBe('ENAMETOOLONG');
      expect(fs.lookup(fs.root, '漢'.repeat(85))).toBeUndefined();
      for (const operation of ['unlink', 'rmdir'] as const) {
        expect(outcome(() => fs[operation](fs.root, 'x'.repeat(256), ROOT))).toBe('ENAMETOOLONG');
      }
      expect(outcome(() => fs.rename(fs.root, 'x'.repeat(255), fs.root, 'y'.repeat(256), 0, ROOT))).toBe(
        'ENAMETOOLONG',
      );
    });

    it('lists in order of creation, and anew after a change', () => {
      const fs = make();
      for (const name of ['c', 'a', 'b']) fs.create(fs.root, name, 0o644, ROOT);
      const listing = fs.readdir(fs.root);
      expect(inOrder(listing.map(({ name }) => name))).toEqual(inOrder(['c', 'a', 'b']));
      expect(Object.isFrozen(listing)).toBe(true);
      fs.unlink(fs.root, 'a', ROOT);
      fs.mkdir(fs.root, 'a', 0o755, ROOT);
      expect(inOrder(names(fs, fs.root))).toEqual(inOrder(['c', 'b', 'a']));
      expect(fs.readdir(fs.root).find(({ name }) => name === 'a')).toEqual({
        name: 'a',
        ino: fs.lookup(fs.root, 'a')?.ino,
        type: S_IFDIR,
      });
      expect(listing).toHaveLength(3);
    });

    it('refuses a second object of one name, whatever it is', () => {
      const fs = make();
      const dir = fs.mkdir(fs.root, 'd', 0o755, ROOT);
      const file = fs.create(fs.root, 'f', 0o644, ROOT);
      for (const name of ['d', 'f']) {
        expect(outcome(() => fs.create(fs.root, name, 0o644, ROOT))).toBe('EEXIST');
        expect(outcome(() => fs.mkdir(fs.root, name, 0o755, ROOT))).toBe('EEXIST');
        expect(outcome(() => fs.symlink(fs.root, name, 't', ROOT))).toBe('EEXIST');
        expect(outcome(() => fs.mknod(fs.root, name, S_IFIFO, 0, ROOT))).toBe('EEXIST');
        expect(outcome(() => fs.link(file, fs.root, name, ROOT))).toBe('EEXIST');
      }
      expect(outcome(() => fs.create(file, 'x', 0o644, ROOT))).toBe('ENOTDIR');
      expect(fs.lookup(fs.root, 'd')).toBe(dir);
    });

    it('removes by kind', () => {
      const fs = make();
      const dir = fs.mkdir(fs.root, 'd', 0o755, ROOT);
      fs.create(dir, 'f', 0o644, ROOT);
      expect(outcome(() => fs.unlink(fs.root, 'd', ROOT))).toBe('EISDIR');
      expect(outcome(() => fs.rmdir(fs.root, 'd', ROOT))).toBe('ENOTEMPTY');
      expect(outcome(() => fs.rmdir(dir, 'f', ROOT))).toBe('ENOTDIR');
      expect(outcome(() => fs.unlink(dir, 'g', ROOT))).toBe('ENOENT');
      fs.unlink(dir, 'f', ROOT);
      fs.rmdir(fs.root, 'd', ROOT);
      expect(fs.getattr(dir).nlink).toBe(0);
      expect(outcome(() => fs.create(dir, 'x', 0o644, ROOT))).toBe('ENOENT');
      expect(outcome(() => fs.tmpfile(dir, 0o644, ROOT))).toBe('ENOENT');
    });

    it('keeps bytes that are not UTF-8 apart', () => {
      const fs = make();
      fs.create(fs.root, '\udcff', 0o644, ROOT);
      fs.create(fs.root, '\udcfe', 0o644, ROOT);
      expect(inOrder(names(fs, fs.root))).toEqual(inOrder(['\udcff', '\udcfe']));
      expect(outcome(() => fs.create(fs.root, '\udcff'.repeat(255), 0o644, ROOT))).toBe('ok');
    });
  });

  describe('kinds', () => {
    it('keeps device numbers, and gives fifos and sockets none', () => {
      const fs = make();
      const zero = fs.mknod(fs.root, 'zero', S_IFCHR | 0o666, makedev(1, 5), ROOT);
      expect(fs.getattr(zero)).toMatchObject({ mode: S_IFCHR | 0o666, rdev: makedev(1, 5), nlink: 1, size: 0 });
      expect(fs.getattr(fs.mknod(fs.root, 'p', S_IFIFO | 0o600, 0, ROOT)).mode).toBe(S_IFIFO | 0o600);
      expect(fs.getattr(fs.mknod(fs.root, 's', S_IFSOCK | 0o600, 0, ROOT)).mode).toBe(S_IFSOCK | 0o600);
      expect(fs.getattr(fs.mknod(fs.root, 'f', S_IFREG | 0o600, 0, ROOT)).mode).toBe(S_IFREG | 0o600);
      expect(outcome(() => fs.mknod(fs.root, 'd', S_IFDIR, 0, ROOT))).toBe('EPERM');
      expect(outcome(() => fs.open(zero, 0, ROOT))).toBe('EINVAL');
      expect(outcome(() => fs.open(fs.root, 0, ROOT))).toBe('EISDIR');
    });

    it('keeps a symlink, whose size is its target in bytes', () => {
      const fs = make();
      const link = fs.symlink(fs.root, 'l', '../é', ROOT);
      expect(fs.readlink(link)).toBe('../é');
      expect(fs.getattr(link)).toMatchObject({ mode: 0o120777, size: 5, blocks: 0 });
      expect(fs.getattr(fs.symlink(fs.root, 'm', 'x'.repeat(128), ROOT)).blocks).toBe(8);
      expect(outcome(() => fs.symlink(fs.root, 'n', 'x'.repeat(4096), ROOT))).toBe('ENAMETOOLONG');
      expect(outcome(() => fs.symlink(fs.root, 'n', '', ROOT))).toBe('ENOENT');
      expect(outcome(() => fs.readlink(fs.root))).toBe('EINVAL');
    });

    // Not promised by a host's file system: not asked there, rather than skipped.
    if (!native)
      it('counts links up to a limit', () => {
        const fs = make({ links: 4 });
        const file = fs.create(fs.root, 'f', 0o644, ROOT);
        const dir = fs.mkdir(fs.root, 'd', 0o755, ROOT);
        expect([fs.getattr(file).nlink, fs.getattr(dir).nlink, fs.getattr(fs.root).nlink]).toEqual([1, 2, 3]);
        fs.link(file, dir, 'g', ROOT);
        expect(fs.lookup(dir, 'g')).toBe(file);
        expect(fs.getattr(file).nlink).toBe(2);
        expect(outcome(() => fs.link(dir, fs.root, 'e', ROOT))).toBe('EPERM');
        fs.mkdir(dir, 'a', 0o755, ROOT);
        fs.mkdir(dir, 'b', 0o755, ROOT);
        expect(outcome(() => fs.mkdir(dir, 'c', 0o755, ROOT))).toBe('EMLINK');
        fs.link(file, dir, 'h', ROOT);
        fs.link(file, dir, 'i', ROOT);
        expect(outcome(() => fs.link(file, dir, 'j', ROOT))).toBe('EMLINK');
        const moved = fs.mkdir(fs.root, 'e', 0o755, ROOT);
        expect(outcome(() => fs.rename(fs.root, 'e', dir, 'e', 0, ROOT))).toBe('EMLINK');
        fs.rmdir(dir, 'a', ROOT);
        fs.rename(fs.root, 'e', dir, 'e', 0, ROOT);
        expect([fs.getattr(dir).nlink, fs.getattr(fs.root).nlink]).toEqual([4, 3]);
        expect(fs.parent(moved)).toBe(dir);
        expect(fs.parent(fs.root)).toBe(fs.root);
      });

    it('numbers inodes by the order of calls', () => {
      const numbers = [make(), make()].map((fs) => {
        const dir = fs.mkdir(fs.root, 'd', 0o755, ROOT);
        fs.unlink(dir, (fs.create(dir, 'x', 0o644, ROOT), 'x'), ROOT);
        return [fs.root.ino, dir.ino, fs.create(dir, 'f', 0o644, ROOT).ino, fs.getattr(dir).ino];
      });
      expect(numbers[0]).toEqual(numbers[1]);
      expect(numbers[0]).toEqual([1n, 2n, 4n, 2n]);
    });
  });

  describe('owners and modes', () => {
    it("applies the umask, and hands a setgid directory's group on", () => {
      const fs = make();
      const user = { ...userCaller(1000, 1000), umask: 0o027 };
      const mode = (inode: Inode): string => fs.getattr(inode).mode.toString(8);
      expect(mode(fs.create(fs.root, 'f', 0o4666, user))).toBe('104640');
      expect(mode(fs.mkdir(fs.root, 'd', 0o7777, user))).toBe('41750');
      fs.setattr(fs.root, { mode: 0o2777, gid: 50 }, ROOT);
      const dir = fs.mkdir(fs.root, 'e', 0o755, user);
      expect([mode(dir), fs.getattr(dir).gid, fs.getattr(dir).uid]).toEqual(['42750', 50, 1000]);
      const file = fs.create(dir, 'f', 0o2755, user);
      expect([mode(file), fs.getattr(file).gid]).toEqual(['100750', 50]);
      expect(mode(fs.create(dir, 'g', 0o2755, userCaller(1000, 1000, [50], 0)))).toBe('102755');
      expect(mode(fs.symlink(dir, 'l', 'x', user))).toBe('120777');
    });

    it('judges by one class of bits, except for capabilities', () => {
      const fs = make();
      const file = fs.create(fs.root, 'f', 0o644, ROOT);
      fs.setattr(file, { mode: 0o077, uid: 1000, gid: 1000 }, ROOT);
      const may = (caller: Parameters<FileSystem['permission']>[2], mask: number): string =>
        outcome(() => fs.permission(file, mask, caller));
      expect(may(userCaller(1000, 1000), 4)).toBe('EACCES');
      expect(may(userCaller(1001, 1000), 7)).toBe('ok');
      expect(may(userCaller(1001, 1001), 6)).toBe('ok');
      expect(may(ROOT, 7)).toBe('ok');
      fs.setattr(file, { mode: 0o600 }, ROOT);
      expect(may(ROOT, 1)).toBe('EACCES');
      expect(may(ROOT, 6)).toBe('ok');
      fs.setattr(file, { mode: 0 }, ROOT);
      expect(outcome(() => fs.permission(fs.root, 1, ROOT))).toBe('ok');
    });

    it('changes what is asked for and nothing else', () => {
      const fs = make();
      const file = fs.create(fs.root, 'f', 0o644, ROOT);
      fs.setattr(file, { mode: 0o107755, uid: 4_000_000_000, atime: 1n, mtime: 2n }, ROOT);
      expect(fs.getattr(file)).toMatchObject({ mode: 0o107755, uid: 4_000_000_000, gid: 0, atime: 1n, mtime: 2n });
      expect(outcome(() => fs.setattr(fs.root, { size: 0 }, ROOT))).toBe('EISDIR');
    });
  });

  describe('bytes', () => {
    it('reads back what was written, gaps as zeros', () => {
      const fs = make();
      const file = fs.create(fs.root, 'f', 0o644, ROOT);
      write(fs, file, text('hello'));
      write(fs, file, text('!'), 10_000);
      expect(fs.getattr(file)).toMatchObject({ size: 10_001, blocks: sparse ? 16 : 24 });
      expect(read(fs, file)).toBe(`hello${'\0'.repeat(9995)}!`);
    });

    it('reads nothing at or past the end, and less near it', () => {
      const fs = make();
      const file = fs.create(fs.root, 'f', 0o644, ROOT);
      write(fs, file, text('hello'));
      const open = fs.open(file, 0, ROOT);
      const into = new Uint8Array(4).fill(9);
      expect([open.read(into, 5), open.read(into, 99)]).toEqual([0, 0]);
      expect(open.read(into, 3)).toBe(2);
      expect([...into]).toEqual([...text('lo'), 9, 9]);
      open.close();
    });

    it('forgets what was cut off', () => {
      const fs = make();
      const file = fs.create(fs.root, 'f', 0o644, ROOT);
      write(fs, file, text('hello'));
      fs.setattr(file, { size: 2 }, ROOT);
      fs.setattr(file, { size: 5 }, ROOT);
      expect(read(fs, file)).toBe('he\0\0\0');
      fs.open(file, O_RDWR | O_TRUNC, ROOT).close();
      expect(fs.getattr(file)).toMatchObject({ size: 0, blocks: 0 });
      expect(outcome(() => fs.setattr(file, { size: -1 }, ROOT))).toBe('EINVAL');
      expect(outcome(() => fs.setattr(file, { size: 2 ** 60 }, ROOT))).toBe('EFBIG');
      expect(outcome(() => write(fs, file, text('x'), 2 ** 60))).toBe('EFBIG');
    });

    // Not promised by a host's file system: not asked there, rather than skipped.
    if (!native)
      it('shares bytes as a value that later writes leave alone', () => {
        const fs = make();
        const from = fs.create(fs.root, 'from', 0o644, ROOT);
        const to = fs.create(fs.root, 'to', 0o644, ROOT);
        write(fs, from, text('hello'));
        const content = fs.content?.(from) ?? contentOf(new Uint8Array());
        fs.setContent?.(to, content, ROOT);
        write(fs, from, text('J'));
        write(fs, to, text('M'), 4);
        expect([new TextDecoder().decode(bytesOf(content)), read(fs, from), read(fs, to)]).toEqual([
          'hello',
          'Jello',
          'hellM',
        ]);
        fs.setContent?.(to, content, ROOT);
        expect(fs.content?.(to) === content).toBe(shares);
      });

    it('keeps an open file after its last name is gone', () => {
      const fs = make();
      const before = fs.statfs();
      const file = fs.create(fs.root, 'f', 0o644, ROOT);
      const open = fs.open(file, O_RDWR, ROOT);
      open.write(text('x'), 0);
      fs.unlink(fs.root, 'f', ROOT);
      open.write(text('y'), 1);
      expect(fs.getattr(file)).toMatchObject({ nlink: 0, size: 2 });
      expect(fs.statfs().bfree).toBe(before.bfree - 1);
      expect(outcome(() => fs.link(file, fs.root, 'again', ROOT))).toBe('ENOENT');
      open.close();
      expect(fs.statfs()).toEqual(before);
    });

    it('gives a nameless file a name', () => {
      const fs = make();
      const before = fs.statfs();
      const file = fs.tmpfile(fs.root, 0o640, ROOT);
      expect(fs.getattr(file)).toMatchObject({ nlink: 0, mode: 0o100640 });
      write(fs, fs.tmpfile(fs.root, 0o640, ROOT), text('forgotten'));
      const open = fs.open(file, O_RDWR, ROOT);
      open.write(text('data'), 0);
      fs.link(file, fs.root, 'f', ROOT);
      open.close();
      expect([fs.lookup(fs.root, 'f') === file, fs.getattr(file).nlink, read(fs, file)]).toEqual([true, 1, 'data']);
      fs.unlink(fs.root, 'f', ROOT);
      expect(outcome(() => fs.link(file, fs.root, 'g', ROOT))).toBe('ENOENT');
      expect(fs.statfs()).toEqual(before);
    });

    it('allocates, punches and seeks', () => {
      const fs = make();
      const file = fs.create(fs.root, 'f', 0o644, ROOT);
      const open = fs.open(file, O_RDWR, ROOT);
      open.write(new Uint8Array(12_288).fill(1), 0);
      open.allocate(3, 4000, 5000);
      const byte = new Uint8Array(1);
      const at = (position: number): number | undefined => (open.read(byte, position), byte[0]);
      expect([at(3999), at(4000), at(8999), at(9000)]).toEqual([1, 0, 0, 1]);
      expect(fs.getattr(file)).toMatchObject({ size: 12_288, blocks: sparse ? 16 : 24 });
      expect(open.seek(0, 'hole')).toBe(sparse ? 4096 : 12_288);
      expect(open.seek(5000, 'data')).toBe(sparse ? 8192 : 5000);
      expect(outcome(() => open.seek(12_288, 'data'))).toBe('ENXIO');
      expect(outcome(() => open.seek(12_288, 'hole'))).toBe('ENXIO');
      open.allocate(0, 20_000, 100);
      expect(fs.getattr(file).size).toBe(20_100);
      expect(outcome(() => open.allocate(2, 0, 1))).toBe('EOPNOTSUPP');
      expect(outcome(() => open.allocate(16, 0, 1))).toBe('EOPNOTSUPP');
      expect(outcome(() => open.allocate(0, 0, 0))).toBe('EINVAL');
      open.close();
    });

    // Not promised by a host's file system: not asked there, rather than skipped.
    if (!native)
      it('changes nothing when a write does not fit', () => {
        const fs = make({ capacity: 8192 });
        const file = fs.create(fs.root, 'f', 0o644, ROOT);
        write(fs, file, text('x'), 4095);
        expect(outcome(() => write(fs, file, new Uint8Array(8192), 4000))).toBe('ENOSPC');
        expect(fs.getattr(file).size).toBe(4096);
        expect(outcome(() => write(fs, file, new Uint8Array(4096), 4096))).toBe('ok');
        expect(outcome(() => write(fs, file, new Uint8Array(8192), 0))).toBe('ok');
        expect(fs.statfs()).toMatchObject({ blocks: 2, bfree: 0, bavail: 0, bsize: 4096 });
        expect(outcome(() => write(fs, fs.create(fs.root, 'g', 0o644, ROOT), text('x')))).toBe('ENOSPC');
        const open = fs.open(file, O_RDWR, ROOT);
        expect(outcome(() => open.allocate(0, 0, 8193))).toBe('ENOSPC');
        expect(outcome(() => fs.setContent?.(file, contentOf(new Uint8Array(8193)), ROOT))).toBe('ENOSPC');
        expect(fs.getattr(file).size).toBe(8192);
        open.close();
        fs.unlink(fs.root, 'f', ROOT);
        expect(fs.statfs().bfree).toBe(2);
      });

    it('counts inodes and links', async () => {
      const fs = make({ inodes: 4 });
      const file = fs.create(fs.root, 'f', 0o644, ROOT);
      fs.mkdir(fs.root, 'd', 0o755, ROOT);
      fs.link(file, fs.root, 'g', ROOT);
      expect(fs.statfs()).toMatchObject({ files: 4, ffree: 0 });
      for (const make1 of [
        () => fs.create(fs.root, 'x', 0o644, ROOT),
        () => fs.mkdir(fs.root, 'x', 0o755, ROOT),
        () => fs.link(file, fs.root, 'x', ROOT),
        () => fs.symlink(fs.root, 'x', 't', ROOT),
        () => fs.tmpfile(fs.root, 0o644, ROOT),
        () => fs.rename(fs.root, 'f', fs.root, 'h', RENAME_WHITEOUT, ROOT),
      ]) {
        expect(outcome(make1)).toBe('ENOSPC');
      }
      fs.rename(fs.root, 'f', fs.root, 'g2', 0, ROOT);
      fs.unlink(fs.root, 'g', ROOT);
      fs.rmdir(fs.root, 'd', ROOT);
      fs.unlink(fs.root, 'g2', ROOT);
      // A host gives the inode back when the last who looked at it is gone, which may be a moment later.
      await expect.poll(() => fs.statfs().ffree).toBe(3);
    });
  });

  describe('rename', () => {
    it('moves, replaces, and does nothing between two names of one inode', () => {
      const { fs, a, b, f, g } = tree(make());
      fs.rename(a, 'f', b, 'g', 0, ROOT);
      expect([names(fs, a), fs.lookup(b, 'g') === f, fs.getattr(g).nlink]).toEqual([[], true, 0]);
      fs.link(f, b, 'h', ROOT);
      fs.rename(b, 'g', b, 'h', 0, ROOT);
      expect(inOrder(names(fs, b))).toEqual(['g', 'h']);
    });

    it('refuses what cannot replace', () => {
      const { fs, a, b } = tree(make());
      const rename = (...[fromDir, from, toDir, to, flags = 0]: [Inode, string, Inode, string, number?]): string =>
        outcome(() => fs.rename(fromDir, from, toDir, to, flags, ROOT));
      expect(rename(fs.root, 'nothing', b, 'x')).toBe('ENOENT');
      expect(rename(fs.root, 'a', b, 'g')).toBe('ENOTDIR');
      expect(rename(b, 'g', fs.root, 'a')).toBe('EISDIR');
      expect(rename(fs.root, 'a', fs.root, 'b')).toBe('ENOTEMPTY');
      expect(rename(fs.root, 'a', a, 'x')).toBe('EINVAL');
      expect(rename(a, 'f', fs.root, 'a')).toBe('ENOTEMPTY');
      expect(rename(a, 'f', b, 'g', RENAME_NOREPLACE)).toBe('EEXIST');
      expect(rename(a, 'f', b, 'x', RENAME_EXCHANGE)).toBe('ENOENT');
      expect(rename(a, 'f', b, 'g', RENAME_EXCHANGE | RENAME_WHITEOUT)).toBe('EINVAL');
      expect(rename(a, 'f', b, 'g', 8)).toBe('EINVAL');
    });

    it('moves a directory with what is in it', () => {
      const { fs, a, b, f } = tree(make());
      fs.rename(fs.root, 'a', b, 'c', 0, ROOT);
      expect([fs.parent(a) === b, fs.lookup(a, 'f') === f, names(fs, fs.root)]).toEqual([true, true, ['b']]);
      expect([fs.getattr(fs.root).nlink, fs.getattr(b).nlink]).toEqual([3, 3]);
      fs.unlink(a, 'f', ROOT);
      const empty = fs.mkdir(fs.root, 'e', 0o755, ROOT);
      fs.rename(b, 'c', fs.root, 'e', 0, ROOT);
      expect([fs.getattr(empty).nlink, fs.getattr(fs.root).nlink, fs.getattr(b).nlink]).toEqual([0, 4, 2]);
    });

    it('exchanges a file and a directory', () => {
      const { fs, a, b, g } = tree(make());
      fs.rename(fs.root, 'a', b, 'g', RENAME_EXCHANGE, ROOT);
      expect([fs.lookup(fs.root, 'a') === g, fs.lookup(b, 'g') === a, fs.parent(a) === b]).toEqual([true, true, true]);
      expect([fs.getattr(fs.root).nlink, fs.getattr(b).nlink]).toEqual([3, 3]);
      expect(fs.getattr(g).nlink).toBe(1);
    });

    it('leaves a whiteout', () => {
      const { fs, a, b, f } = tree(make());
      fs.rename(a, 'f', b, 'g', RENAME_WHITEOUT, ROOT);
      const left = fs.lookup(a, 'f') ?? fs.root;
      expect(fs.getattr(left)).toMatchObject({ mode: S_IFCHR, rdev: 0, nlink: 1 });
      expect(fs.lookup(b, 'g')).toBe(f);
    });
  });

  describe('extended attributes', () => {
    it('keeps, replaces and removes them', () => {
      const fs = make();
      const file = fs.create(fs.root, 'f', 0o644, ROOT);
      const value = text('v');
      fs.setxattr(file, 'user.a', value, 0, ROOT);
      value[0] = 0;
      expect(fs.getxattr(file, 'user.a')).toEqual(text('v'));
      fs.setxattr(file, 'trusted.overlay.opaque', text('y'), XATTR_CREATE, ROOT);
      expect(fs.listxattr(file)).toEqual(['user.a', 'trusted.overlay.opaque']);
      const set = (name: string, flags = 0, size = 1): string =>
        outcome(() => fs.setxattr(file, name, new Uint8Array(size), flags, ROOT));
      expect([set('user.a', XATTR_CREATE), set('user.b', XATTR_REPLACE), set('user.a', 4)]).toEqual([
        'EEXIST',
        'ENODATA',
        'EINVAL',
      ]);
      fs.removexattr(file, 'user.a', ROOT);
      expect(outcome(() => fs.removexattr(file, 'user.a', ROOT))).toBe('ENODATA');
      expect(fs.getxattr(file, 'user.a')).toBeUndefined();
    });

    it('knows the limits and the namespaces', () => {
      const fs = make();
      const file = fs.create(fs.root, 'f', 0o644, ROOT);
      const link = fs.symlink(fs.root, 'l', 't', ROOT);
      const set = (name: string, size = 1, inode: Inode = file): string =>
        outcome(() => fs.setxattr(inode, name, new Uint8Array(size), 0, ROOT));
      expect([set(`user.${'x'.repeat(250)}`), set(`user.${'x'.repeat(251)}`), set('')]).toEqual([
        'ok',
        'ERANGE',
        'ERANGE',
      ]);
      expect([set('user.v', 65_536), set('user.v', 65_537)]).toEqual(['ok', 'E2BIG']);
      expect([set('user.'), set('foo.bar'), set('system.x')]).toEqual(['EINVAL', 'EOPNOTSUPP', 'EOPNOTSUPP']);
      expect([set('user.a', 1, link), set('trusted.a', 1, link)]).toEqual(['EPERM', 'ok']);
      expect(outcome(() => fs.getxattr(link, 'user.a') ?? fail('ENODATA'))).toBe('ENODATA');
      expect(outcome(() => fs.getxattr(file, 'foo.bar'))).toBe('EOPNOTSUPP');
    });
  });

  describe('times', () => {
    it('stamps what Linux stamps', () => {
      const fs = make();
      const dir = fs.mkdir(fs.root, 'd', 0o755, ROOT);
      expect(stamped(fs, dir, () => fs.create(dir, 'f', 0o644, ROOT))).toBe('mc');
      const file = fs.lookup(dir, 'f') ?? fs.root;
      const on = (operation: () => void): string => stamped(fs, file, operation);
      expect(on(() => fs.setattr(file, { mode: 0o644 }, ROOT))).toBe('c');
      expect(on(() => fs.setattr(file, {}, ROOT))).toBe('c');
      expect(on(() => fs.setattr(file, { atime: 5n, mtime: 6n }, ROOT))).toBe('amc');
      expect(on(() => write(fs, file, text('x')))).toBe('mc');
      expect(on(() => write(fs, file, text('')))).toBe('');
      expect(on(() => fs.setattr(file, { size: 0 }, ROOT))).toBe('mc');
      expect(on(() => fs.setattr(file, { size: 0 }, ROOT))).toBe('');
      expect(on(() => fs.open(file, O_TRUNC, ROOT).close())).toBe('mc');
      expect(on(() => fs.setxattr(file, 'user.a', text('x'), 0, ROOT))).toBe('c');
      expect(on(() => fs.removexattr(file, 'user.a', ROOT))).toBe('c');
      expect(on(() => fs.link(file, dir, 'g', ROOT))).toBe('c');
      expect(on(() => fs.unlink(dir, 'g', ROOT))).toBe('c');
      expect(on(() => fs.rename(dir, 'f', fs.root, 'f', 0, ROOT))).toBe('c');
      expect(on(() => void read(fs, file))).toBe('');
      expect(stamped(fs, fs.root, () => fs.rename(fs.root, 'f', dir, 'f', 0, ROOT))).toBe('mc');
      expect(stamped(fs, dir, () => fs.rename(dir, 'f', dir, 'g', 0, ROOT))).toBe('mc');
      expect(stamped(fs, dir, () => fs.unlink(dir, 'g', ROOT))).toBe('mc');
      expect(stamped(fs, fs.root, () => void fs.readdir(fs.root))).toBe('');
    });

    it("advances atime by relatime's rule, without ctime", () => {
      const fs = make();
      const file = fs.create(fs.root, 'f', 0o644, ROOT);
      expect(stamped(fs, file, () => fs.accessed?.(file))).toBe('a');
      expect(stamped(fs, file, () => fs.accessed?.(file))).toBe('');
      write(fs, file, text('x'));
      expect(stamped(fs, file, () => fs.accessed?.(file))).toBe('a');
    });
  });
};
