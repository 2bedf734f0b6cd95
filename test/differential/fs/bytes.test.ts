/**
 * The bytes of files beside a real tmpfs of 16 pages: sizes, blocks, holes, reserved pages, free space, errors and
 * stamps after every call. (What names, modes and owners do is compared in ../vfs.)
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createMemoryFileSystem,
  FsError,
  O_CREAT,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  ROOT,
  steppingClock,
} from '@layerscope/core/fs';
import { createProcess, MountNamespace, type SystemCalls } from '@layerscope/core/vfs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLinuxSystemCalls, mount, unmount } from '../../../host-adapter/src/linux/index.ts';
import { requires } from '../../requirements.ts';
import { Chance } from '../overlay/random.ts';

const PAGE = 4096;
const SEQUENCES = 200;
const STEPS = 60;
const FILES = ['a', 'b'];

type Call = (calls: SystemCalls, base: string, fds: readonly number[]) => unknown;
interface Step {
  readonly label: string;
  readonly call: Call;
}

/** Within one page: Linux writes the pages that fit and answers how many bytes that was, we write all or nothing. */
const writeStep = (chance: Chance, file: number): Step => {
  const within = chance.below(PAGE);
  const position = chance.below(20) * PAGE + within;
  const length = chance.pick([1, PAGE - within, Math.min(100, PAGE - within)]);
  const value = 1 + chance.below(250);
  const bytes = new Uint8Array(length).fill(value);
  return {
    label: `pwrite ${FILES[file]} ${length} bytes of ${value} at ${position}`,
    call: (calls, _base, fds) => calls.pwrite(fds[file] ?? -1, bytes, position),
  };
};

/** `reserves`: with fallocate and without lseek, because pages reserved twice are data to tmpfs and a hole to us. */
const step = (chance: Chance, reserves: boolean): Step => {
  const file = chance.below(FILES.length);
  const name = FILES[file] ?? '';
  const size = chance.pick([0, 1, PAGE, PAGE + 1, chance.below(20 * PAGE)]);
  const length = chance.pick([0, 1, PAGE, chance.below(6 * PAGE)]);
  switch (chance.below(8)) {
    case 0:
      return {
        label: `ftruncate ${name} ${size}`,
        call: (calls, _base, fds) => calls.ftruncate(fds[file] ?? -1, size),
      };
    case 1:
      return { label: `truncate ${name} ${size}`, call: (calls, base) => calls.truncate(`${base}/${name}`, size) };
    case 2:
    case 3: {
      const mode = chance.pick(reserves ? [0, 1, 3, 3, 2, 16] : [3, 3, 3, 2, 16]);
      return {
        label: `fallocate ${name} mode ${mode} ${size}+${length}`,
        call: (calls, _base, fds) => calls.fallocate(fds[file] ?? -1, mode, size, length),
      };
    }
    case 4: {
      if (reserves) return writeStep(chance, file);
      const whence = chance.pick(['data', 'hole'] as const);
      return {
        label: `lseek ${name} ${size} ${whence}`,
        call: (calls, _base, fds) => calls.lseek(fds[file] ?? -1, size, whence),
      };
    }
    case 5:
      if (!chance.oneIn(4)) return writeStep(chance, file);
      return {
        label: `open ${name} O_TRUNC`,
        call: (calls, base) => calls.close(calls.open(`${base}/${name}`, O_WRONLY | O_TRUNC)),
      };
    default:
      return writeStep(chance, file);
  }
};

/** What a side answers to a step, and everything one can then see. */
const answer = (calls: SystemCalls, base: string, fds: readonly number[], { call }: Step): unknown => {
  const before = fds.map((fd) => calls.fstat(fd));
  let result: unknown;
  try {
    result = call(calls, base, fds) ?? 'ok';
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    result = error.code;
  }
  const files = fds.map((fd, index) => {
    const { size, blocks, mtime, ctime } = calls.fstat(fd);
    const bytes = new Uint8Array(size);
    const count = calls.pread(fd, bytes, 0);
    const stamps = [mtime !== before[index]?.mtime, ctime !== before[index]?.ctime];
    return { size, blocks, stamps, count, sha1: createHash('sha1').update(bytes).digest('hex') };
  });
  const { bfree, blocks } = calls.statfs(base);
  return { result, files, bfree, blocks };
};

describe.skipIf(!requires('root', 'linux'))('bytes beside tmpfs', () => {
  let base = '';
  beforeAll(() => {
    base = mkdtempSync(join(tmpdir(), 'layerscope-bytes-'));
    mount('layerscope', base, 'tmpfs', 0, `size=${16 * PAGE}`);
  });
  afterAll(() => {
    unmount(base);
    rmdirSync(base);
  });

  it(`answers alike in ${SEQUENCES} random sequences of ${STEPS} calls`, () => {
    const linux = createLinuxSystemCalls();
    for (let seed = 1; seed <= SEQUENCES; seed++) {
      const chance = new Chance(seed);
      const reserves = seed % 2 === 0;
      const fs = createMemoryFileSystem({ clock: steppingClock(0n), capacity: 16 * PAGE });
      const ours = createProcess({ namespace: new MountNamespace({ fs, source: 'tmpfs' }), caller: ROOT });
      const open = (calls: SystemCalls, folder: string): number[] =>
        FILES.map((name) => calls.open(`${folder}/${name}`, O_RDWR | O_CREAT, 0o644));
      const real = open(linux, base);
      const simulated = open(ours, '/.');
      const labels: string[] = [];
      try {
        for (let count = 0; count < STEPS; count++) {
          const next = step(chance, reserves);
          labels.push(next.label);
          const there = answer(linux, base, real, next);
          const here = answer(ours, '/.', simulated, next);
          expect(here, `seed ${seed}:\n${labels.join('\n')}`).toEqual(there);
        }
      } finally {
        for (const fd of real) linux.close(fd);
        for (const name of FILES) linux.unlink(`${base}/${name}`);
      }
      for (const fd of simulated) ours.close(fd);
      for (const name of FILES) ours.unlink(`/${name}`);
      expect(fs.statfs().bfree).toBe(16);
    }
  });
});
