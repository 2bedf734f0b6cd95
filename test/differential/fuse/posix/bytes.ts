/** Bytes and times. */
import type { Check } from './checks.ts';

const text = new TextEncoder();
const read = new TextDecoder();

export const bytes: Check = (world) => {
  const path = world.file('f', 0o644, 0, 'hello');
  const into = new Uint8Array(64);
  const all = (fd: number): string => read.decode(into.subarray(0, world.calls.pread(fd, into, 0)));
  const append = world.calls.open(path, 0o2002);
  world.see('append', () => world.calls.write(append, text.encode(' world')));
  world.see('pwrite appends', () => world.calls.pwrite(append, text.encode('!'), 0));
  world.see('all', () => all(append));
  world.calls.close(append);
  const fd = world.calls.open(path, 2);
  const other = world.calls.open(path, 2);
  world.see('seen by another', () => (world.calls.pwrite(fd, text.encode('J'), 0), all(other)));
  world.see('a hole', () => world.calls.pwrite(fd, text.encode('end'), 100_000));
  world.see('size', () => world.calls.fstat(other).size);
  world.see('in the hole', () => (world.calls.pread(other, into, 50_000), into.every((byte) => byte === 0)));
  world.see('data', () => world.calls.lseek(fd, 0, 'data'));
  world.see('past the end', () => world.calls.lseek(fd, 200_000, 'data'));
  world.see('hole past the end', () => world.calls.lseek(fd, 200_000, 'hole'));
  world.see('fallocate', () => world.calls.fallocate(fd, 0, 100_000, 50_000));
  world.see('grown', () => world.calls.fstat(fd).size);
  world.see('punch', () => world.calls.fallocate(fd, 3, 0, 4096));
  world.see('punched', () => (world.calls.pread(fd, into, 0), into[0]));
  world.see('keep size', () => world.calls.fallocate(fd, 1, 150_000, 50_000));
  world.see('kept', () => world.calls.fstat(fd).size);
  world.see('bad mode', () => world.calls.fallocate(fd, 2, 0, 1));
  world.see('of nothing', () => world.calls.fallocate(fd, 0, 0, 0));
  world.see('ftruncate', () => world.calls.ftruncate(fd, 3));
  world.see('shrunk', () => all(other));
  world.see('grow', () => world.calls.ftruncate(fd, 6));
  world.see('zeros', () => all(other).length);
  world.see('negative', () => world.calls.truncate(path, -1));
  world.see('too large', () => world.calls.truncate(path, 2 ** 50));
  world.see('fsync', () => world.calls.fsync(fd));
  world.calls.close(fd);
  world.calls.close(other);
  const readOnly = world.calls.open(path, 0);
  world.see('write to read-only', () => world.calls.write(readOnly, text.encode('x')));
  world.see('ftruncate of read-only', () => world.calls.ftruncate(readOnly, 0));
  world.calls.close(readOnly);
  const dir = world.calls.open(world.dir('d'), 0);
  world.see('read a directory', () => world.calls.read(dir, into));
  world.calls.close(dir);
  const large = world.calls.open(world.path('large'), 0o102, 0o644);
  const chunk = new Uint8Array(300_000).map((_, index) => index % 251);
  for (let at = 0; at < 10; at++) world.calls.pwrite(large, chunk, at * chunk.length);
  world.see('large', () => {
    const back = new Uint8Array(chunk.length);
    let equal = 0;
    for (let at = 0; at < 10; at++) {
      world.calls.pread(large, back, at * chunk.length);
      if (back.every((byte, index) => byte === chunk[index])) equal += 1;
    }
    return equal;
  });
  world.calls.close(large);
};

/** Offsets that some file systems do not have. */
export const offsets: Check = (world) => {
  const path = world.file('f');
  const fd = world.calls.open(path, 2);
  for (const at of [2 ** 43, 2 ** 44 - 4096, 2 ** 44, 999_999_999_999_999, 2 ** 52]) {
    for (const length of [1, 0, 3]) {
      world.see(`write ${length} at ${at}`, () => world.calls.pwrite(fd, new Uint8Array(length), at));
      world.see('read', () => world.calls.pread(fd, new Uint8Array(1), at));
    }
    world.see('truncate', () => world.calls.truncate(path, at));
    world.see('ftruncate', () => world.calls.ftruncate(fd, at));
    world.see('fallocate', () => world.calls.fallocate(fd, 0, at, 1));
    world.lines.push(world.attributes(path));
    world.see('back', () => world.calls.truncate(path, 4));
  }
  world.calls.close(fd);
};

export const times: Check = (world) => {
  const path = world.file('f');
  const dir = world.dir('d');
  const link = world.path('l');
  world.calls.symlink('f', link);
  const fd = world.calls.open(path, 2);
  const see = (what: string, target: string, run: () => unknown): void =>
    world.see(what, () => world.stamped(target, run));
  see('chmod', path, () => world.calls.chmod(path, 0o600));
  see('chown', path, () => world.calls.chown(path, 0, 0));
  see('chown -1 -1', path, () => world.calls.chown(path, -1, -1));
  see('write', path, () => world.calls.pwrite(fd, text.encode('x'), 0));
  see('write nothing', path, () => world.calls.pwrite(fd, new Uint8Array(0), 0));
  see('first read', path, () => world.calls.pread(fd, new Uint8Array(4), 0));
  see('ftruncate, same size', path, () => world.calls.ftruncate(fd, 4));
  see('truncate, other size', path, () => world.calls.truncate(path, 2));
  see('open(O_TRUNC)', path, () => world.calls.close(world.calls.open(path, 0o1001)));
  see('fallocate', path, () => world.calls.fallocate(fd, 0, 0, 10));
  see('setxattr', path, () => world.calls.setxattr(path, 'user.a', new Uint8Array(1)));
  see('removexattr', path, () => world.calls.removexattr(path, 'user.a'));
  see('link', path, () => world.calls.link(path, world.path('g')));
  see('unlink of a link', path, () => world.calls.unlink(world.path('g')));
  see('rename', path, () => world.calls.rename(path, world.path('h')) ?? world.calls.rename(world.path('h'), path));
  see('stat', path, () => world.calls.stat(path));
  for (const time of [-4_999_999_997n, -1n, -2_000_000_000n, 4_294_967_296_000_000_007n]) {
    world.see(`utimens ${time}`, () => {
      world.calls.utimens(path, time, time);
      const { atime, mtime } = world.calls.stat(path);
      return `${atime} ${mtime}`;
    });
  }
  see('create in', dir, () => world.file('d/x'));
  see('unlink in', dir, () => world.calls.unlink(`${dir}/x`));
  see('mkdir in', dir, () => world.dir('d/y'));
  see('rename in', dir, () => world.calls.rename(`${dir}/y`, `${dir}/z`));
  see('rename out of', dir, () => world.calls.rename(`${dir}/z`, world.path('z')));
  see('rmdir elsewhere', dir, () => world.calls.rmdir(world.path('z')));
  see('failing create in', dir, () => world.outcome(() => world.calls.mkdir(world.path('d'), 0o755)));
  see('chmod of a link target', link, () => world.calls.chmod(link, 0o644));
  const exact = (what: string, atime: bigint | 'omit', mtime: bigint | 'omit'): void => {
    world.see(what, () => {
      world.calls.utimens(path, 1n, 2n);
      world.calls.utimens(path, atime, mtime);
      const stat = world.calls.stat(path);
      return `${stat.atime} ${stat.mtime}`;
    });
  };
  exact('nanoseconds', 1_234_567_890_123_456_789n, 987_654_321_987_654_321n);
  exact('only atime', 5n, 'omit');
  exact('only mtime', 'omit', 5_000_000_000n);
  exact('before 1970', -5_000_000_000n, -1_000_000_000n);
  exact('after 2038', 4_000_000_000_000_000_000n, 5_000_000_000_000_000_000n);
  world.see('utimens of a link', () => {
    world.calls.utimens(link, 7n, 8n, false);
    return world.calls.stat(link, false).mtime;
  });
  world.see('born before changed', () => {
    const { btime, ctime } = world.calls.stat(world.file('born'));
    return btime > 1_600_000_000_000_000_000n && btime <= ctime;
  });
  world.calls.close(fd);
};

export const attributes: Check = (world) => {
  const path = world.file('f');
  const link = world.path('l');
  world.calls.symlink('f', link);
  const set = (name: string, size: number, flags = 0, target = path): unknown =>
    world.calls.setxattr(target, name, new Uint8Array(size).fill(7), flags, false);
  world.see('set', () => set('user.a', 3));
  world.see('create again', () => set('user.a', 3, 1));
  world.see('replace', () => set('user.a', 5, 2));
  world.see('replace nothing', () => set('user.b', 5, 2));
  world.see('get', () => world.calls.getxattr(path, 'user.a').length);
  world.see('get nothing', () => world.calls.getxattr(path, 'user.b'));
  world.see('empty', () => set('user.empty', 0));
  world.see('get empty', () => world.calls.getxattr(path, 'user.empty').length);
  world.see('list', () => world.calls.listxattr(path).toSorted().join());
  world.see('name too long', () => set(`user.${'x'.repeat(251)}`, 1));
  world.see('name as long as can be', () => set(`user.${'x'.repeat(250)}`, 1));
  world.see('too large', () => set('user.large', 65_537));
  world.see('no name', () => set('', 1));
  world.see('of a link', () => set('user.a', 1, 0, link));
  world.see('trusted of a link', () => set('trusted.a', 1, 0, link));
  world.see('unknown namespace', () => set('foo.a', 1));
  world.see('remove', () => world.calls.removexattr(path, 'user.a'));
  world.see('remove again', () => world.calls.removexattr(path, 'user.a'));
};
