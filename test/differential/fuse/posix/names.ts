/** Names: what stands where, how long it may be called, and how often it is counted. */
import { type Check, KINDS, NAME_CALLS_AT } from './checks.ts';

export const lengths: Check = (world) => {
  world.file('file');
  const long = 'n'.repeat(255);
  const path = world.path('');
  const dots = (length: number): string =>
    path + './'.repeat((length - path.length - 1) >> 1).padEnd(length - path.length - 1, '/') + 'x';
  for (const [name, call] of Object.entries(NAME_CALLS_AT)) {
    world.see(`${name} of 255 bytes`, () => call(world, world.path(long)));
    world.see(`${name} of 256 bytes`, () => call(world, world.path(`${long}n`)));
    world.see(`${name} of 85 three-byte characters`, () => call(world, world.path('漢'.repeat(85))));
    world.see(`${name} of 86 three-byte characters`, () => call(world, world.path('漢'.repeat(86))));
    world.see(`${name} below a long name`, () => call(world, world.path(`${long}n/x`)));
    world.see(`${name} of a path of 4095 bytes`, () => call(world, dots(4095)));
    world.see(`${name} of a path of 4096 bytes`, () => call(world, dots(4096)));
    world.see(`${name} of nothing`, () => call(world, ''));
    world.see(`${name} below a file`, () => call(world, world.path('file/x')));
    world.see(`${name} below nothing`, () => call(world, world.path('none/x')));
    world.see(`${name} with a slash`, () => call(world, world.path('none/')));
    world.see(`${name} of .`, () => call(world, world.path('.')));
    for (const left of [long, '漢'.repeat(85), 'other', 'x']) {
      world.outcome(() => world.calls.unlink(world.path(left)));
      world.outcome(() => world.calls.rmdir(world.path(left)));
    }
    world.outcome(() => world.file('file'));
  }
  world.see('a target of 4095 bytes', () => world.calls.symlink('t'.repeat(4095), world.path('far')));
  world.see('a target of 4096 bytes', () => world.calls.symlink('t'.repeat(4096), world.path('farther')));
  world.see('its size', () => world.calls.stat(world.path('far'), false).size);
  world.see('it reads', () => world.calls.readlink(world.path('far')).length);
};

/** Each call on each kind of object; each rename and link of each kind onto each kind. */
export const kinds: Check = (world) => {
  let count = 0;
  const place = (): string => {
    const name = `k${(count += 1)}`;
    world.dir(name);
    return name;
  };
  for (const kind of KINDS) {
    for (const [name, call] of Object.entries(NAME_CALLS_AT)) {
      // A fifo that nobody writes to would be waited for.
      if (name === 'open' && kind === 'fifo') continue;
      const at = place();
      world.outcome(() => world.file('file'));
      world.outcome(() => world.calls.unlink(world.path('other')));
      const path = world.object(kind, `${at}/it`);
      world.see(`${name} on ${kind}`, () => call(world, path));
      world.lines.push(`  ${world.attributes(path)}`);
      world.see(`${name} on ${kind} with a slash`, () => call(world, `${path}/`));
    }
    for (const flags of [
      0o0, 0o1, 0o2, 0o3, 0o1001, 0o2001, 0o200000, 0o400000, 0o400001, 0o101, 0o301, 0o200100, 0o20200002,
    ]) {
      if (kind === 'fifo') continue;
      const path = world.object(kind, `${place()}/it`);
      world.see(`open(0${flags.toString(8)}) on ${kind}`, () =>
        world.calls.close(world.calls.open(path, flags, 0o644)),
      );
      world.lines.push(`  ${world.attributes(path)}`);
    }
    for (const onto of KINDS) {
      for (const flags of [0, 1, 2, 4]) {
        if (flags === 4) continue;
        const at = place();
        const from = world.object(kind, `${at}/from`);
        const to = world.object(onto, `${at}/to`);
        world.see(`rename(${flags}) ${kind} onto ${onto}`, () => world.calls.rename(from, to, flags));
        world.lines.push(`  ${world.attributes(from)}, ${world.attributes(to)}, ${world.attributes(world.path(at))}`);
      }
      const at = place();
      const from = world.object(kind, `${at}/from`);
      const to = world.object(onto, `${at}/to`);
      world.see(`link ${kind} onto ${onto}`, () => world.calls.link(from, to));
      world.lines.push(`  ${world.attributes(from)}, ${world.attributes(to)}`);
    }
  }
};

export const links: Check = (world) => {
  const a = world.file('a');
  const [b, c] = [world.path('b'), world.path('c')];
  world.calls.link(a, b);
  world.calls.link(b, c);
  const same = (...paths: readonly string[]): boolean =>
    new Set(paths.map((path) => world.calls.stat(path).ino)).size === 1;
  world.see('three names are one', () => same(a, b, c));
  world.see('renaming between two of them', () => world.calls.rename(a, b));
  for (const path of [a, b, c]) world.lines.push(world.attributes(path));
  const fd = world.calls.open(a, 2);
  for (const path of [a, b, c]) world.see('unlink', () => world.calls.unlink(path));
  world.see('open without a name', () => world.shown(world.calls.fstat(fd)));
  world.see('written to', () => world.calls.pwrite(fd, new TextEncoder().encode('more'), 4));
  world.see('read', () => {
    const into = new Uint8Array(16);
    return new TextDecoder().decode(into.subarray(0, world.calls.pread(fd, into, 0)));
  });
  world.see('fchmod', () => world.calls.fchmod(fd, 0o600));
  world.see('ftruncate', () => world.calls.ftruncate(fd, 2));
  world.see('changed', () => world.shown(world.calls.fstat(fd)));
  world.see('linked again', () => world.calls.link('', world.path('again'), false, fd));
  world.calls.close(fd);

  const dir = world.dir('dir');
  world.see('empty', () => world.attributes(dir));
  world.dir('dir/one');
  world.dir('dir/two');
  world.see('with two', () => world.attributes(dir));
  world.see('moved out', () => world.calls.rename(`${dir}/one`, world.path('one')));
  world.see('with one', () => world.attributes(dir));
  const held = world.calls.open(`${dir}/two`, 0o200000);
  world.calls.rmdir(`${dir}/two`);
  world.see('removed, held', () => world.shown(world.calls.fstat(held)));
  world.see('create in it', () => world.calls.mkdir('x', 0o755, held));
  world.see('its parent', () => world.calls.stat('..', true, held).nlink);
  world.calls.close(held);
  world.see('into itself', () => world.calls.rename(world.path('one'), world.path('one/in')));
  world.see('onto its parent', () => world.calls.rename(world.file('dir/f'), dir));

  const unnamed = world.calls.open(dir, 0o20200002, 0o640);
  world.see('unnamed', () => world.shown(world.calls.fstat(unnamed)));
  world.calls.write(unnamed, new Uint8Array(3));
  const { isLinux } = world.machine;
  world.see('named', () =>
    isLinux
      ? world.calls.link(`/proc/self/fd/${unnamed}`, world.path('named'), true)
      : world.calls.link('', world.path('named'), false, unnamed),
  );
  world.see('as', () => world.attributes(world.path('named')));
  world.calls.close(unnamed);
};
