/** Who may take which name from whom, links that lead round, and which of two errors is told. */
import { type Check, type Kind, NAME_CALLS_AT, type World } from './checks.ts';

const CALLER = 1000;
const OTHER = 3000;
const OWNERS = [CALLER, OTHER] as const;
const VICTIMS: readonly Kind[] = ['file', 'empty directory', 'symlink', 'fifo'];

const take = (world: World, kind: Kind, path: string): void =>
  kind === 'empty directory' ? world.calls.rmdir(path) : world.calls.unlink(path);

/** Directories with and without the sticky bit × their owner × the owner of what is in them × its kind × calls. */
export const sticky: Check = (world) => {
  let count = 0;
  for (const mode of [0o777, 0o1777, 0o1755]) {
    for (const dirOwner of OWNERS) {
      for (const owner of OWNERS) {
        for (const kind of VICTIMS) {
          const scene = (): { readonly path: string; readonly home: string; readonly target: string } => {
            const at = `n${(count += 1)}`;
            world.dir(at, mode, dirOwner);
            const path = world.object(kind, `${at}/it`);
            world.own(`${at}/it`, owner);
            const home = world.dir(`${at}-home`, 0o755, CALLER);
            const target = world.object(kind, `${at}-home/target`);
            world.own(`${at}-home/target`, CALLER);
            return { path, home, target };
          };
          const what = `${kind} of ${owner} in ${mode.toString(8)} of ${dirOwner}`;
          const see = (call: string, run: (at: ReturnType<typeof scene>) => unknown): void => {
            const at = scene();
            world.seeAs(CALLER, `${call} ${what}`, () => run(at));
            world.lines.push(`  ${world.attributes(at.path)}, ${world.attributes(at.target)}`);
          };
          see('remove', ({ path }) => take(world, kind, path));
          see('rename within', ({ path }) => world.calls.rename(path, `${path}2`));
          see('rename out', ({ path, home }) => world.calls.rename(path, `${home}/new`));
          see('rename out, over', ({ path, target }) => world.calls.rename(path, target));
          see('rename in', ({ path, target }) => world.calls.rename(target, `${path}2`));
          see('rename in, over', ({ path, target }) => world.calls.rename(target, path));
          see('exchange', ({ path, target }) => world.calls.rename(path, target, 2));
          see('link out', ({ path, home }) => world.calls.link(path, `${home}/new`));
          see('link in', ({ path, target }) => world.calls.link(target, `${path}2`));
        }
      }
    }
  }
};

/** Links that lead to themselves, to each other, and through forty others. */
export const loops: Check = (world) => {
  const link = (name: string, target: string): string => {
    world.calls.symlink(target, world.path(name));
    return world.path(name);
  };
  world.dir('end');
  world.file('end/file');
  const paths = [link('self', 'self'), link('one', 'two'), link('two', 'one')];
  let last = 'end';
  for (let length = 1; length <= 41; length++) {
    const name = `chain${length}`;
    const path = link(name, last);
    last = name;
    if (length >= 40) paths.push(path);
  }
  for (const path of paths) {
    for (const [name, call] of Object.entries(NAME_CALLS_AT)) {
      for (const tail of ['', '/', '/file', '/none']) {
        world.see(`${name} of ${path.slice(world.root.length)}${tail}`, () => call(world, path + tail));
        world.outcome(() => world.calls.rmdir(world.path('other')));
        world.outcome(() => world.calls.unlink(world.path('other')));
        world.outcome(() => world.calls.unlink(world.path('end/none')));
        world.outcome(() => world.calls.rmdir(world.path('end/none')));
        world.outcome(() => world.file('end/file'));
        world.outcome(() => world.file('file'));
        world.outcome(() => world.calls.symlink('self', world.path('self')));
      }
    }
  }
  for (const flags of [0, 0o400000, 0o100, 0o300, 0o400100, 0o10400000, 0o200000, 0o600000, 0o1001]) {
    for (const path of paths) {
      world.see(`open(0${flags.toString(8)}) of ${path.slice(world.root.length)}`, () =>
        world.calls.close(world.calls.open(path, flags, 0o644)),
      );
    }
  }
};

/** Paths with several things wrong. */
export const precedence: Check = (world) => {
  world.dir('closed', 0o700);
  world.file('closed/file');
  world.dir('closed/dir');
  world.dir('locked', 0o755);
  world.file('locked/file', 0o644);
  world.dir('locked/full');
  world.file('locked/full/inside');
  world.dir('unread', 0o311, CALLER);
  world.file('unread/file', 0o644, CALLER);
  world.calls.symlink('closed/file', world.path('to-closed'));
  world.file('plain', 0o644);
  const long = 'n'.repeat(256);
  const paths = [
    'closed/file',
    'closed/none',
    'closed/none/x',
    'closed/file/x',
    `closed/${long}`,
    `none/${long}`,
    `plain/${long}`,
    'closed/../plain',
    'closed/dir/..',
    'locked/file',
    'locked/none',
    'locked/full',
    'locked/file/',
    'locked/none/',
    'locked/full/.',
    'locked/full/..',
    `locked/${long}`,
    'unread/file',
    'unread/none',
    'to-closed',
    'to-closed/x',
    'plain/x',
    'plain/',
    'plain/..',
    '.',
  ];
  for (const [name, call] of Object.entries(NAME_CALLS_AT)) {
    for (const path of paths) {
      world.outcome(() => world.file('file'));
      world.seeAs(CALLER, `${name} of ${path}`, () => call(world, world.path(path)));
      world.outcome(() => world.file('unread/file', 0o644, CALLER));
      world.outcome(() => world.calls.unlink(world.path('unread/none')));
      world.outcome(() => world.calls.rmdir(world.path('unread/none')));
    }
  }
};
