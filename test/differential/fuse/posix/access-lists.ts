/** Access control lists: whom they let do what, what they hand on, and how modes and lists follow each other. */
import {
  ACL_ACCESS,
  ACL_DEFAULT,
  ACL_GROUP,
  ACL_GROUP_OBJ,
  ACL_MASK,
  ACL_OTHER,
  ACL_USER,
  ACL_USER_OBJ,
  encodeAcl,
} from '@layerscope/core/fs';
import type { Check, World } from './checks.ts';

const OWNER = 1000;
const GROUP = 2000;
const NAMED = 1001;
const NAMED_GROUP = 2001;
const NO_ID = 0xffffffff;

const list = (owner: number, user: number, group: number, named: number, mask: number, others: number): Uint8Array =>
  encodeAcl([
    { tag: ACL_USER_OBJ, permissions: owner, id: NO_ID },
    { tag: ACL_USER, permissions: user, id: NAMED },
    { tag: ACL_GROUP_OBJ, permissions: group, id: NO_ID },
    { tag: ACL_GROUP, permissions: named, id: NAMED_GROUP },
    { tag: ACL_MASK, permissions: mask, id: NO_ID },
    { tag: ACL_OTHER, permissions: others, id: NO_ID },
  ]);
const minimal = (owner: number, group: number, others: number): Uint8Array =>
  encodeAcl([
    { tag: ACL_USER_OBJ, permissions: owner, id: NO_ID },
    { tag: ACL_GROUP_OBJ, permissions: group, id: NO_ID },
    { tag: ACL_OTHER, permissions: others, id: NO_ID },
  ]);

const LISTS: Readonly<Record<string, Uint8Array>> = {
  'all for the user': list(6, 7, 0, 0, 7, 0),
  'masked to reading': list(6, 7, 7, 7, 4, 0),
  'masked to nothing': list(6, 7, 7, 7, 0, 7),
  'all for the group': list(0, 0, 0, 7, 7, 0),
  'nothing for the user': list(7, 0, 7, 7, 7, 7),
  minimal: minimal(5, 6, 4),
};
/** uid and gid of owner, member of the group, named user, member of the named group, somebody. */
const CALLERS = [
  [OWNER, 1],
  [3000, GROUP],
  [NAMED, 1],
  [3000, NAMED_GROUP],
  [3000, 3000],
  [0, 0],
] as const;

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const seeLists = (world: World, path: string): void => {
  for (const name of [ACL_ACCESS, ACL_DEFAULT]) {
    world.see(`  ${name}`, () => hex(world.calls.getxattr(path, name, false)));
  }
  world.lines.push(`  ${world.attributes(path)}`);
};

const open = (world: World, path: string, flags: number, mode = 0): void =>
  world.calls.close(world.calls.open(path, flags, mode));

/** What a list lets each caller do to a file, and in a directory. */
export const accessLists: Check = (world) => {
  let count = 0;
  for (const [what, value] of Object.entries(LISTS)) {
    for (const [uid, gid] of CALLERS) {
      const at = `a${(count += 1)}`;
      world.dir(at, 0o755);
      const file = world.file(`${at}/f`, 0o640, OWNER, 'data', GROUP);
      const dir = world.dir(`${at}/d`, 0o750, OWNER, GROUP);
      world.file(`${at}/d/in`, 0o644, OWNER);
      world.attribute(`${at}/f`, ACL_ACCESS, value);
      world.attribute(`${at}/d`, ACL_ACCESS, value);
      const see = (call: string, run: () => unknown): void => world.seeAsMember(uid, gid, `${call}, ${what}`, run);
      see('read', () => open(world, file, 0));
      see('write', () => open(world, file, 1));
      see('truncate', () => world.calls.truncate(file, 1));
      see('utimens now', () => world.calls.utimens(file, 'now', 'now'));
      see('setxattr', () => world.calls.setxattr(file, 'user.a', new Uint8Array(1)));
      see('search', () => world.calls.stat(`${dir}/in`).size);
      see('list', () => open(world, dir, 0o200000));
      see('create', () => open(world, `${dir}/new`, 0o301, 0o666));
      see('mkdir', () => world.calls.mkdir(`${dir}/sub`, 0o777));
      see('unlink', () => world.calls.unlink(`${dir}/in`));
      see('chmod', () => world.calls.chmod(file, 0o751));
      see('set a list', () => world.calls.setxattr(file, ACL_ACCESS, list(7, 1, 2, 3, 4, 5)));
      see('set a default list of a file', () => world.calls.setxattr(file, ACL_DEFAULT, value));
      see('set a default list', () => world.calls.setxattr(dir, ACL_DEFAULT, value));
      seeLists(world, file);
      seeLists(world, dir);
      seeLists(world, `${dir}/new`);
      see('remove the list', () => world.calls.removexattr(file, ACL_ACCESS));
      see('remove the default list of a file', () => world.calls.removexattr(file, ACL_DEFAULT));
      see('remove the default list', () => world.calls.removexattr(dir, ACL_DEFAULT));
      seeLists(world, file);
    }
  }
};

/** What a directory hands on to what is made in it, over nothing and over what was removed. */
export const inheritance: Check = (world) => {
  let count = 0;
  for (const [what, value] of Object.entries(LISTS)) {
    for (const dirMode of [0o777, 0o2777]) {
      for (const umask of [0, 0o027, 0o077]) {
        for (const [uid, gid] of [CALLERS[1], CALLERS[4], CALLERS[5]]) {
          const at = `i${(count += 1)}`;
          const dir = world.dir(at, dirMode, OWNER, GROUP);
          for (const name of ['file', 'program', 'fifo', 'device']) world.file(`${at}/${name}`);
          for (const name of ['sub', 'link']) world.dir(`${at}/${name}`);
          world.attribute(at, ACL_DEFAULT, value);
          const make: Readonly<Record<string, (path: string) => unknown>> = {
            file: (path) => open(world, path, 0o301, 0o666),
            program: (path) => open(world, path, 0o301, 0o2775),
            sub: (path) => world.calls.mkdir(path, 0o777),
            fifo: (path) => world.calls.mknod(path, 0o010644, 0),
            device: (path) => world.calls.mknod(path, 0o020660, 0x103),
            link: (path) => world.calls.symlink('x', path),
          };
          const before = world.calls.umask(umask);
          for (const [name, run] of Object.entries(make)) {
            const over = `${dir}/${name}`;
            world.outcome(() =>
              name === 'sub' || name === 'link' ? world.calls.rmdir(over) : world.calls.unlink(over),
            );
            for (const path of [`${dir}/new-${name}`, over]) {
              world.seeAsMember(uid, gid, `${name} in ${dirMode.toString(8)} with ${umask}, ${what}`, () => run(path));
              seeLists(world, path);
            }
          }
          world.seeAsMember(uid, gid, 'unnamed', () => {
            const fd = world.calls.open(dir, 0o20200002, 0o666);
            const { mode } = world.calls.fstat(fd);
            world.calls.close(fd);
            return mode.toString(8);
          });
          world.calls.umask(before);
        }
      }
    }
  }
};

/** Modes and lists follow each other; what is no list is refused. */
export const listsAndModes: Check = (world) => {
  const file = world.file('f', 0o640, OWNER, 'data', GROUP);
  const dir = world.dir('d', 0o750, OWNER, GROUP);
  const fifo = world.object('fifo', 'p');
  const link = world.object('symlink', 'l');
  for (const [what, value] of Object.entries(LISTS)) {
    for (const path of [file, dir, fifo, link]) {
      for (const name of [ACL_ACCESS, ACL_DEFAULT]) {
        world.see(`${what} of ${path.slice(-1)} as ${name}`, () => world.calls.setxattr(path, name, value, 0, false));
      }
      seeLists(world, path);
      for (const mode of [0o000, 0o751, 0o2644, 0o4711]) {
        if (path === link) continue;
        world.see(`chmod ${mode.toString(8)}`, () => world.calls.chmod(path, mode));
        seeLists(world, path);
      }
      world.see('list', () => world.calls.listxattr(path, false).toSorted().join());
      world.see('stamped', () =>
        world.stamped(path, () => world.outcome(() => world.calls.setxattr(path, ACL_ACCESS, value, 0, false))),
      );
    }
  }
  const nonsense = [
    '',
    '02',
    '02000000',
    '03000000',
    '0200000001',
    '0200000040000600ffffffff',
    '0200000001000600ffffffff',
  ];
  for (const path of [file, dir, fifo, link]) {
    for (const name of [ACL_ACCESS, ACL_DEFAULT]) {
      for (const bytes of nonsense) {
        for (const uid of [0, 3000]) {
          world.seeAs(uid, `${bytes} of ${path.slice(-1)} as ${name}`, () =>
            world.calls.setxattr(path, name, Buffer.from(bytes, 'hex'), 0, false),
          );
        }
      }
      for (const flags of [1, 2, 3, 4]) {
        world.see(`flags ${flags}`, () => world.calls.setxattr(path, name, list(7, 1, 2, 3, 4, 5), flags, false));
      }
      world.see('remove', () => world.calls.removexattr(path, name, false));
      world.see('remove again', () => world.calls.removexattr(path, name, false));
    }
    seeLists(world, path);
  }
  for (const [uid, gid] of CALLERS) {
    const program = world.file(`s${uid}-${gid}`, 0o2755, uid, 'data', GROUP);
    world.seeAsMember(uid, gid, 'a list on a setgid program', () =>
      world.calls.setxattr(program, ACL_ACCESS, list(7, 7, 7, 7, 7, 7)),
    );
    seeLists(world, program);
    world.calls.chmod(program, 0o2775);
    world.seeAsMember(uid, gid, 'none on a setgid program', () => world.calls.removexattr(program, ACL_ACCESS));
    seeLists(world, program);
  }
};
