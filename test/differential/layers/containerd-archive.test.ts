import { spawnSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tree } from '@layerscope/core/fs';
import { applyLayer, type ApplyOptions, diffTrees } from '@layerscope/core/layers';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { archive, collect, directory, type EntrySpec, file, stream } from '../../unit/layers/archive.ts';
import { list, memoryTree } from '../../unit/layers/tree.ts';
import { containerdPeer } from './containerd-peer.ts';
import { listDisk } from './disk-tree.ts';
import { layer, tree } from './layer-arbitrary.ts';

const peer = containerdPeer();

const run = (input: Uint8Array, ...args: readonly string[]) =>
  spawnSync(peer ?? '', args, { input, maxBuffer: 1 << 28 });

/** Applies to a tree of each; answers whether both could. */
const applyBoth = async (
  layerBytes: Uint8Array,
  disk: string,
  memory: Tree,
  args: readonly string[] = [],
  options: ApplyOptions = {},
): Promise<boolean> => {
  const { status, stderr, stdout } = run(layerBytes, 'apply', disk, ...args);
  const ours = await applyLayer(stream(layerBytes, 333), memory, options).then(
    ({ size }) => String(size),
    (error: unknown) => error as Error,
  );
  if (typeof ours === 'string') expect(`${stderr.toString()}${stdout.toString().trim()}`).toBe(ours);
  else expect({ status, ours: ours.message }).not.toMatchObject({ status: 0 });
  return status === 0;
};

describe.skipIf(peer === undefined)("containerd's archive package", () => {
  let folder = '';
  let count = 0;

  beforeAll(() => {
    // Not on a real disk: thousands of small files come and go.
    folder = mkdtempSync(join(tmpdir(), 'layerscope-peer-'));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const newFolder = (): string => {
    const path = join(folder, `${count++}`);
    mkdirSync(path);
    return path;
  };

  it('applies the same to the same tree, two layers deep', { timeout: 240_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(layer, layer, async (first, second) => {
        const disk = newFolder();
        const memory = memoryTree();
        if (await applyBoth(archive(...first), disk, memory)) await applyBoth(archive(...second), disk, memory);
        expect(list(memory)).toEqual(listDisk(disk));
        rmSync(disk, { recursive: true });
      }),
      { seed: 20, numRuns: 120 },
    );
  });

  it('writes the same to an upper directory', { timeout: 240_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(layer, layer, async (lower, upper) => {
        const [lowerDisk, upperDisk] = [newFolder(), newFolder()];
        const [lowerMemory, upperMemory] = [memoryTree(), memoryTree()];
        if (!(await applyBoth(archive(...lower), lowerDisk, lowerMemory))) return;
        const options = { whiteouts: 'overlay', parents: [lowerMemory] } as const;
        await applyBoth(archive(...upper), upperDisk, upperMemory, ['-overlay', lowerDisk], options);
        expect(list(upperMemory)).toEqual(listDisk(upperDisk));
        rmSync(lowerDisk, { recursive: true });
        rmSync(upperDisk, { recursive: true });
      }),
      { seed: 21, numRuns: 60 },
    );
  });

  const diffBoth = async (before: readonly EntrySpec[], after: readonly EntrySpec[]): Promise<boolean> => {
    const [beforeDisk, afterDisk] = [newFolder(), newFolder()];
    const [beforeMemory, afterMemory] = [memoryTree(), memoryTree()];
    expect(await applyBoth(archive(...before), beforeDisk, beforeMemory)).toBe(true);
    expect(await applyBoth(archive(...after), afterDisk, afterMemory)).toBe(true);
    const { status, stdout, stderr } = run(new Uint8Array(0), 'diff', beforeDisk, afterDisk);
    expect(`${status} ${stderr.toString()}`).toBe('0 ');
    const ours = await collect(diffTrees(beforeMemory, afterMemory));
    expect(ours.toString('latin1')).toBe(stdout.toString('latin1'));
    // And the difference, applied to what was before, gives what is after.
    await applyLayer(stream(ours), beforeMemory);
    expect(list(beforeMemory)).toEqual(list(afterMemory));
    rmSync(beforeDisk, { recursive: true });
    rmSync(afterDisk, { recursive: true });
    return true;
  };

  it('writes the same difference, byte for byte', { timeout: 240_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(tree, tree, fc.nat(100), async (before, changed, kept) => {
        // Keep some of what was there, so that not everything differs.
        const names = new Set(changed.map(({ name, pax }) => pax?.['path'] ?? name));
        const rest = before.filter(({ type, name, pax }, at) => {
          const path = pax?.['path'] ?? name;
          return type === undefined && (at * 7 + kept) % 3 > 0 && !names.has(path) && names.has(parentOf(String(path)));
        });
        expect(await diffBoth(before, [...changed, ...rest])).toBe(true);
      }),
      { seed: 23, numRuns: 100 },
    );
  });

  it('writes the same whole tree', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(tree, async (after) => {
        expect(await diffBoth([], after)).toBe(true);
      }),
      { seed: 24, numRuns: 30 },
    );
  });

  it('writes the same numbers and names that do not fit a header', async () => {
    const odd: readonly EntrySpec[] = [
      { ...file('large-owner'), uid: 2_097_152, gid: 2_097_151 },
      { ...file('old'), pax: { mtime: '0' } },
      { ...file('future'), pax: { mtime: '8589934592' } },
      { ...file('last'), pax: { mtime: '8589934591.999' } },
      { name: 'l', type: '2', linkname: 'é', mode: 0o777 },
      { name: 'm', type: '2', mode: 0o777, pax: { linkpath: 'x'.repeat(101) } },
      { ...directory('x'), mtime: 5, pax: { path: 'p'.repeat(155) } },
      { ...file('x'), pax: { path: `${'p'.repeat(155)}/${'n'.repeat(100)}` } },
      { ...directory('x'), mtime: 5, pax: { path: 'p'.repeat(156) } },
      { ...file('x'), pax: { path: `${'p'.repeat(156)}/${'n'.repeat(100)}` } },
      { name: 'c', type: '3', devmajor: 4095, devminor: 1_048_575 },
    ];
    expect(await diffBoth([], odd)).toBe(true);
  });
});

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);
