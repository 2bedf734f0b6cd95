/**
 * A check list of the pjdfstest kind, made as a comparison: on a file system of the host, on Linux's overlay over it, on
 * ours over it, and on the simulated ones, everything that can be observed is the same.
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requires } from '../../requirements.ts';
import { type BuiltPrograms, buildPrograms } from './built-program.ts';

const CHECKS = [
  'permissions',
  'directories',
  'sticky',
  'loops',
  'precedence',
  'ownership',
  'privileges',
  'accessLists',
  'inheritance',
  'listsAndModes',
  'lengths',
  'kinds',
  'links',
  'bytes',
  'offsets',
  'times',
  'attributes',
] as const;
type CheckName = (typeof CHECKS)[number];
/** What depends on the layer that things are in. */
const ON_LOWER: readonly CheckName[] = [
  'permissions',
  'sticky',
  'ownership',
  'privileges',
  'accessLists',
  'inheritance',
  'listsAndModes',
  'kinds',
];
/** A matter of the kernel and of ours, not of the store: once is enough for so many. */
const ONCE: readonly CheckName[] = [
  'permissions',
  'sticky',
  'loops',
  'precedence',
  'ownership',
  'privileges',
  'accessLists',
  'inheritance',
];

/** A file system, overlays over it, and what is simulated. */
type Side = 'plain' | 'kernel' | 'ours' | 'memory' | 'simulated overlay';

describe.skipIf(!requires('root', 'overlay-mount', 'fuse')).each(['tmpfs', 'the disk'])('on %s', (store) => {
  let programs: BuiltPrograms | undefined;
  const base = mkdtempSync(join(tmpdir(), 'layerscope-posix-'));
  const mounts: string[] = [];
  const checks = CHECKS.filter((name) => store === 'tmpfs' || !ONCE.includes(name));
  const checksBelow = checks.filter((name) => ON_LOWER.includes(name));

  beforeAll(async () => {
    const { mount } = await import('../../../host-adapter/src/linux/index.ts');
    programs = await buildPrograms();
    chmodSync(base, 0o755);
    if (store === 'tmpfs') {
      mount('layerscope', base, 'tmpfs', 0, 'mode=0755');
      mounts.push(base);
    }
    mkdirSync(join(base, 'plain'));
    for (const side of ['kernel', 'ours']) {
      const at = (name: string): string => join(base, side, name);
      for (const name of ['lower', 'upper', 'work', 'merged']) mkdirSync(at(name), { recursive: true });
      const options = `lowerdir=${at('lower')},upperdir=${at('upper')},workdir=${at('work')}`;
      if (side === 'kernel') mount('overlay', at('merged'), 'overlay', 0, options);
      else execFileSync(process.execPath, [programs.overlay, '-o', options, at('merged')]);
      mounts.push(at('merged'));
    }
  });

  afterAll(async () => {
    const { MNT_DETACH, unmount } = await import('../../../host-adapter/src/linux/index.ts');
    for (const path of mounts.toReversed()) unmount(path, MNT_DETACH);
    rmSync(base, { recursive: true, force: true });
    programs?.remove();
  });

  /** What a check sees in a new directory of a side; what is there at first is made in its lower layer when `below`. */
  const observe = async (name: CheckName, side: Side, below: boolean): Promise<readonly string[]> => {
    const { World } = await import('./posix/checks.ts');
    const machines = await import('./posix/machines.ts');
    const all = {
      ...(await import('./posix/permissions.ts')),
      ...(await import('./posix/access-lists.ts')),
      ...(await import('./posix/namespace.ts')),
      ...(await import('./posix/ownership.ts')),
      ...(await import('./posix/names.ts')),
      ...(await import('./posix/bytes.ts')),
    };
    const isSimulated = side === 'memory' || side === 'simulated overlay';
    const machine = isSimulated ? machines.simulatedMachine() : machines.linuxMachine();
    const parent = isSimulated ? '/' : side === 'plain' ? base : join(base, side);
    const at = below ? `${name}-below` : name;
    const root = join(parent, side === 'plain' ? 'plain' : side === 'memory' ? '' : 'merged', at);
    const stored = below ? join(parent, 'lower', at) : root;
    const umask = machine.calls.umask(0);
    try {
      machine.calls.mkdir(stored, 0o777);
      const world = new World(machine, root, stored);
      all[name](world);
      return world.lines;
    } finally {
      machine.calls.umask(umask);
    }
  };
  const seen = new Map<string, Promise<readonly string[]>>();
  const lines = (name: CheckName, side: Side, below = false): Promise<readonly string[]> => {
    const key = `${name} ${side} ${below}`;
    const known = seen.get(key) ?? observe(name, side, below);
    seen.set(key, known);
    return known;
  };

  it.each(checks)('%s are those of the file system underneath', async (name) => {
    const plain = await lines(name, 'plain');
    const kernel = await lines(name, 'kernel');
    const ours = await lines(name, 'ours');
    expect(plain.length).toBeGreaterThan(10);
    // Where Linux's overlay differs from what it lies on, ours is to differ likewise.
    expect(differences(kernel, ours)).toEqual([]);
    expect(differences(plain, ours)).toEqual(differences(plain, kernel));
  });

  it.each(checksBelow)('%s are those of the overlay over a lower layer', async (name) => {
    const kernel = await lines(name, 'kernel', true);
    expect(kernel.length).toBeGreaterThan(10);
    expect(differences(kernel, await lines(name, 'ours', true))).toEqual([]);
  });

  // The simulation is of tmpfs: its directories and limits are compared there.
  if (store !== 'tmpfs') return;

  it.each(checks)('simulated, %s are those of Linux', async (name) => {
    expect(differences(await lines(name, 'plain'), await lines(name, 'memory'))).toEqual([]);
    expect(differences(await lines(name, 'kernel'), await lines(name, 'simulated overlay'))).toEqual([]);
  });

  it.each(checksBelow)('simulated, %s are those of the overlay over a lower layer', async (name) => {
    expect(differences(await lines(name, 'kernel', true), await lines(name, 'simulated overlay', true))).toEqual([]);
  });
});

/** Lines that differ, each after the last line that says what was done. */
const differences = (left: readonly string[], right: readonly string[]): readonly string[] => {
  const found: string[] = [];
  let done = '';
  for (const [index, line] of left.entries()) {
    if (!line.startsWith(' ')) done = line;
    if (line !== right[index]) found.push(`${line === done ? '' : `${done} ▸ `}${line} | ${right[index]}`);
  }
  return found;
};
