/** Who may do what: calls × modes × owners × directories × callers. */
import { type Check, NOBODY, type World } from './checks.ts';

const MODES = [0o000, 0o644, 0o666, 0o4755, 0o2755];
const OWNERS = [0, NOBODY];
const CALLERS = [0, NOBODY];
const DIRECTORIES = [0o755, 0o777, 0o1777];

const closed = (world: World, open: () => number): void => world.calls.close(open());

/** Each on a file at `path` in a directory; `free` is a name that nobody has. */
const CALLS: Readonly<Record<string, (world: World, path: string, free: string) => unknown>> = {
  'open(O_RDONLY)': (world, path) => closed(world, () => world.calls.open(path, 0)),
  'open(O_WRONLY)': (world, path) => closed(world, () => world.calls.open(path, 1)),
  'open(O_RDWR | O_TRUNC)': (world, path) => closed(world, () => world.calls.open(path, 0o1002)),
  'open(O_CREAT | O_WRONLY)': (world, path) => closed(world, () => world.calls.open(path, 0o101, 0o644)),
  write: (world, path) => {
    const fd = world.calls.open(path, 1);
    try {
      return world.calls.write(fd, new Uint8Array(2));
    } finally {
      world.calls.close(fd);
    }
  },
  truncate: (world, path) => world.calls.truncate(path, 1),
  'chmod 0600': (world, path) => world.calls.chmod(path, 0o600),
  'chmod 06777': (world, path) => world.calls.chmod(path, 0o6777),
  'chown -1 -1': (world, path) => world.calls.chown(path, -1, -1),
  'chown to nobody': (world, path) => world.calls.chown(path, NOBODY, NOBODY),
  'chown to root': (world, path) => world.calls.chown(path, 0, 0),
  'utimens now': (world, path) => world.calls.utimens(path, 'now', 'now'),
  'utimens set': (world, path) => world.calls.utimens(path, 1n, 2n),
  'setxattr user': (world, path) => world.calls.setxattr(path, 'user.a', new Uint8Array(1)),
  'setxattr trusted': (world, path) => world.calls.setxattr(path, 'trusted.a', new Uint8Array(1)),
  'getxattr user': (world, path) => world.calls.getxattr(path, 'user.a').length,
  unlink: (world, path) => world.calls.unlink(path),
  rename: (world, path, free) => world.calls.rename(path, free),
  link: (world, path, free) => world.calls.link(path, free),
  'create beside': (world, _path, free) => closed(world, () => world.calls.open(free, 0o301, 0o4777)),
  'mkdir beside': (world, _path, free) => world.calls.mkdir(free, 0o7777),
  'symlink beside': (world, _path, free) => world.calls.symlink('x', free),
  'mkfifo beside': (world, _path, free) => world.calls.mknod(free, 0o010666, 0),
  'mknod beside': (world, _path, free) => world.calls.mknod(free, 0o020666, 0x103),
  'rename over': (world, path, free) => {
    world.calls.symlink('x', free);
    world.calls.rename(free, path);
  },
};

export const permissions: Check = (world) => {
  let count = 0;
  for (const [name, call] of Object.entries(CALLS)) {
    for (const dirMode of DIRECTORIES) {
      for (const dirOwner of OWNERS) {
        for (const mode of MODES) {
          for (const owner of OWNERS) {
            for (const caller of CALLERS) {
              const at = `p${(count += 1)}`;
              world.dir(at, dirMode, dirOwner);
              const path = world.file(`${at}/f`, mode, owner);
              const free = world.path(`${at}/free`);
              const setup = `${name} on ${mode.toString(8)} of ${owner} in ${dirMode.toString(8)} of ${dirOwner}`;
              world.seeAs(caller, setup, () => call(world, path, free));
              world.lines.push(`  then ${world.attributes(path)}, beside ${world.attributes(free)}`);
            }
          }
        }
      }
    }
  }
};

/** What a setgid directory hands on, and searching without permission. */
export const directories: Check = (world) => {
  for (const owner of OWNERS) {
    const dir = world.dir(`setgid${owner}`, 0o2777, owner);
    world.calls.chown(dir, owner, 7);
    world.calls.chmod(dir, 0o2777);
    for (const caller of CALLERS) {
      const at = `${dir}/of${caller}`;
      world.seeAs(caller, 'mkdir in setgid', () => world.calls.mkdir(`${at}d`, 0o755));
      world.seeAs(caller, 'create in setgid', () => closed(world, () => world.calls.open(`${at}f`, 0o101, 0o2775)));
      world.seeAs(caller, 'symlink in setgid', () => world.calls.symlink('x', `${at}l`));
      for (const name of ['d', 'f', 'l']) world.lines.push(world.attributes(at + name));
    }
  }
  for (const mode of [0o000, 0o100, 0o400, 0o700, 0o711, 0o744, 0o755]) {
    const dir = world.dir(`search${mode.toString(8)}`, 0o755);
    world.file(`search${mode.toString(8)}/f`);
    world.calls.chmod(dir, mode);
    world.seeAs(NOBODY, `stat below ${mode.toString(8)}`, () => world.shown(world.calls.stat(`${dir}/f`)));
    world.seeAs(NOBODY, `list ${mode.toString(8)}`, () => closed(world, () => world.calls.open(dir, 0o200000)));
    for (const mask of [0, 1, 2, 4, 7]) {
      world.seeAs(NOBODY, `access ${mask} of ${mode.toString(8)}`, () => world.calls.access(dir, mask));
    }
  }
};
