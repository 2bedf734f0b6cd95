/** Modes, owners and times: who may change them, on what, and which bits are lost by it. */
import { type Check, type Kind, type World } from './checks.ts';

const OWNER = 1000;
const GROUP = 2000;
const KINDS: readonly Kind[] = ['file', 'empty directory', 'symlink', 'fifo'];
const CALLERS = [
  [OWNER, 1],
  [OWNER, GROUP],
  [3000, GROUP],
  [3000, 3000],
  [0, 0],
] as const;

const at = (name: string, uid: number, gid: number): string => `${name}:${uid}:${gid}`;

const CALLS: Readonly<Record<string, (world: World, path: string) => unknown>> = {
  'chmod 0': (world, path) => world.calls.chmod(path, 0),
  'chmod 7777': (world, path) => world.calls.chmod(path, 0o7777),
  'chmod 2755': (world, path) => world.calls.chmod(path, 0o2755),
  'chmod 2644': (world, path) => world.calls.chmod(path, 0o2644),
  ...Object.fromEntries(
    [
      [-1, -1],
      [OWNER, -1],
      [OWNER, GROUP],
      [-1, GROUP],
      [-1, 1],
      [-1, 3000],
      [3000, -1],
      [0, 0],
    ].map(([uid = -1, gid = -1]) => [
      at('chown', uid, gid),
      (world: World, path: string): void => world.calls.chown(path, uid, gid, false),
    ]),
  ),
  'utimens now now': (world, path) => world.calls.utimens(path, 'now', 'now', false),
  'utimens now omit': (world, path) => world.calls.utimens(path, 'now', 'omit', false),
  'utimens omit now': (world, path) => world.calls.utimens(path, 'omit', 'now', false),
  'utimens omit omit': (world, path) => world.calls.utimens(path, 'omit', 'omit', false),
  'utimens set set': (world, path) => world.calls.utimens(path, 1n, 2n, false),
  'utimens set now': (world, path) => world.calls.utimens(path, 1n, 'now', false),
};

export const ownership: Check = (world) => {
  let count = 0;
  for (const [name, call] of Object.entries(CALLS)) {
    for (const kind of KINDS) {
      for (const mode of [0o666, 0o6777, 0o2640, 0o6711]) {
        for (const [uid, gid] of CALLERS) {
          // chmod follows a link, and there is nothing behind it.
          if (kind === 'symlink' && (mode !== 0o666 || name.startsWith('chmod'))) continue;
          const dir = `o${(count += 1)}`;
          world.dir(dir, 0o755);
          const path = world.object(kind, `${dir}/it`);
          world.own(`${dir}/it`, OWNER, GROUP, kind === 'symlink' ? undefined : mode);
          world.seeAsMember(uid, gid, `${name} on ${kind} of ${mode.toString(8)}`, () => call(world, path));
          world.lines.push(`  ${world.attributes(path)}`);
        }
      }
    }
  }
};

const text = new TextEncoder();

const onOpen = (world: World, path: string, flags: number, run: (fd: number) => unknown): unknown => {
  const fd = world.calls.open(path, flags);
  try {
    return run(fd);
  } finally {
    world.calls.close(fd);
  }
};

const CHANGES: Readonly<Record<string, (world: World, path: string) => unknown>> = {
  write: (world, path) => onOpen(world, path, 1, (fd) => world.calls.write(fd, text.encode('x'))),
  'write nothing': (world, path) => onOpen(world, path, 1, (fd) => world.calls.write(fd, new Uint8Array(0))),
  append: (world, path) => onOpen(world, path, 0o2001, (fd) => world.calls.write(fd, text.encode('x'))),
  'open for writing': (world, path) => onOpen(world, path, 2, () => undefined),
  'open(O_TRUNC)': (world, path) => onOpen(world, path, 0o1001, () => undefined),
  'open(O_RDONLY | O_TRUNC)': (world, path) => onOpen(world, path, 0o1000, () => undefined),
  truncate: (world, path) => world.calls.truncate(path, 1),
  'truncate to the same': (world, path) => world.calls.truncate(path, 4),
  ftruncate: (world, path) => onOpen(world, path, 1, (fd) => world.calls.ftruncate(fd, 1)),
  'ftruncate to the same': (world, path) => onOpen(world, path, 1, (fd) => world.calls.ftruncate(fd, 4)),
  fallocate: (world, path) => onOpen(world, path, 1, (fd) => world.calls.fallocate(fd, 0, 0, 100)),
  punch: (world, path) => onOpen(world, path, 1, (fd) => world.calls.fallocate(fd, 3, 0, 2)),
  fchmod: (world, path) => onOpen(world, path, 0, (fd) => world.calls.fchmod(fd, 0o6755)),
  fchown: (world, path) => onOpen(world, path, 0, (fd) => world.calls.fchown(fd, -1, -1)),
  'fchown to the group': (world, path) => onOpen(world, path, 0, (fd) => world.calls.fchown(fd, -1, GROUP)),
  futimens: (world, path) => onOpen(world, path, 0, (fd) => world.calls.futimens(fd, 1n, 2n)),
  'futimens now': (world, path) => onOpen(world, path, 2, (fd) => world.calls.futimens(fd, 'now', 'now')),
  link: (world, path) => world.calls.link(path, `${path}2`),
};

/** setuid, setgid and file capabilities vouch for bytes and owner: whoever changes these takes them away. */
export const privileges: Check = (world) => {
  let count = 0;
  const capability = Uint8Array.from([1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  for (const [name, call] of Object.entries(CHANGES)) {
    for (const size of [4, 200_000]) {
      for (const mode of [0o6777, 0o2767, 0o4777, 0o6767, 0o777]) {
        for (const [uid, gid] of CALLERS) {
          const dir = `v${(count += 1)}`;
          world.dir(dir, 0o777);
          const path = world.file(`${dir}/it`, mode, OWNER, 'd'.repeat(size), GROUP);
          // The kernel takes it from a FUSE file before the server can refuse what comes with it.
          if (name !== 'fchown') world.attribute(`${dir}/it`, 'security.capability', capability);
          world.seeAsMember(uid, gid, `${name} on ${mode.toString(8)} of ${size}`, () => call(world, path));
          world.lines.push(`  ${world.attributes(path)}`);
          world.see('  capability', () => world.calls.getxattr(path, 'security.capability').length);
        }
      }
    }
  }
};
