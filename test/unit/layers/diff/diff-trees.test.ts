import { ROOT, S_IFSOCK, type Tree } from '@layerscope/core/fs';
import { applyLayer, changes, diffTrees, TarReader } from '@layerscope/core/layers';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { archive, collect, directory, type EntrySpec, file, link, stream, symlink } from '../archive.ts';
import { at, list, memoryTree, statAt } from '../tree.ts';

const treeOf = async (...layers: readonly (readonly EntrySpec[])[]): Promise<Tree> => {
  const tree = memoryTree();
  for (const layer of layers) await applyLayer(stream(archive(...layer)), tree);
  return tree;
};

/** The entries of a layer in a few words: name, type, mode, link target. */
const entriesOf = async (tar: AsyncIterable<Uint8Array>): Promise<readonly string[]> => {
  const reader = new TarReader(tar);
  const found: string[] = [];
  for (let entry = await reader.next(); entry !== undefined; entry = await reader.next()) {
    const type = String.fromCharCode(entry.type);
    const mode = type === '5' || entry.name.endsWith('2x') ? ` ${entry.mode.toString(8)}` : '';
    found.push(`${entry.name}${mode}${type === '1' ? ` -> ${entry.linkname}` : ''}`);
  }
  return found;
};

/** containerd's table: the tree before, what a layer changes, and the entries of the difference in order. */
interface Case {
  readonly name: string;
  readonly before: readonly EntrySpec[];
  readonly change: readonly EntrySpec[];
  readonly entries: readonly string[];
}

const CASES: readonly Case[] = [
  { name: 'nothing', before: [directory('etc/')], change: [], entries: [] },
  {
    name: 'parents before what is in them',
    before: [directory('d1/'), directory('d2/', 0o770)],
    change: [directory('d1/d', 0o700), file('d2/f')],
    entries: ['d1/ 755', 'd1/d/ 700', 'd2/ 770', 'd2/f'],
  },
  {
    name: 'hard links with the parents of all names',
    before: [
      ...['d1/', 'd2/', 'd3/', 'd4/', 'd5/', 'd6/'].map((name) => directory(name)),
      ...['d1/f1', 'd2/f1', 'd4/f1', 'd5/f1'].map((name) => file(name, name)),
      symlink('../d1/f1', 'd6/l1'),
      symlink('../d5/f1', 'd6/l2'),
    ],
    change: [link('d1/f1', 'd2/l1'), link('d4/f1', 'd3/l1'), file('d6/.wh.l1'), file('d6/.wh.l2')],
    entries: [
      'd2/ 755',
      'd2/l1',
      'd1/ 755',
      'd1/f1 -> d2/l1',
      'd3/ 755',
      'd3/l1',
      'd4/ 755',
      'd4/f1 -> d3/l1',
      'd6/ 755',
      'd6/.wh.l1',
      'd6/.wh.l2',
    ],
  },
  {
    name: 'a directory whose mode has changed',
    before: [directory('d1/'), directory('d2/', 0o770)],
    change: [directory('d1/', 0o777), directory('d1/d', 0o700), file('d2/f')],
    entries: ['d1/ 777', 'd1/d/ 700', 'd2/ 770', 'd2/f'],
  },
  {
    name: 'a hard link into a directory that has changed',
    before: [
      ...['d1/', 'd2/', 'd3/', 'd4/'].map((name) => directory(name)),
      ...['d1/f1', 'd2/f1', 'd3/f1'].map((name) => file(name, name)),
    ],
    change: [directory('d1/', 0o777), link('d1/f1', 'd2/l1'), directory('d4/', 0o777), link('d3/f1', 'd4/l1')],
    entries: ['d1/ 777', 'd2/ 755', 'd2/l1', 'd1/f1 -> d2/l1', 'd4/ 777', 'd4/l1', 'd3/ 755', 'd3/f1 -> d4/l1'],
  },
  {
    name: 'whiteouts with their parents',
    before: [
      ...['d1/', 'd2/', 'd3/', 'd4/', 'd5/'].map((name) => directory(name)),
      ...['d1/f1', 'd2/f1', 'd2/f2x', 'd3/f1', 'd4/f1', 'd5/f1'].map((name) => file(name, name)),
    ],
    change: [
      file('d1/.wh.f1'),
      file('d2/.wh.f1'),
      file('d2/f2x', 'd2/f2x', 0o777),
      file('d3/.wh.f1'),
      file('d3/f2'),
      file('d4/.wh.f1'),
      file('d4/f0'),
      file('.wh.d5'),
    ],
    entries: [
      'd1/ 755',
      'd1/.wh.f1',
      'd2/ 755',
      'd2/.wh.f1',
      'd2/f2x 777',
      'd3/ 755',
      'd3/.wh.f1',
      'd3/f2',
      'd4/ 755',
      'd4/f0',
      'd4/.wh.f1',
      '.wh.d5',
    ],
  },
  {
    name: 'one whiteout for a whole directory',
    before: [directory('d1/'), directory('d2/'), file('d2/f1')],
    change: [file('.wh.d1'), file('.wh.d2'), directory('d3/')],
    entries: ['.wh.d1', '.wh.d2', 'd3/ 755'],
  },
  {
    name: 'another type without a whiteout',
    before: [directory('d/'), file('d/f'), file('e', 'text')],
    change: [file('d', 'now a file'), directory('e'), file('e/new')],
    entries: ['d', 'e/ 755', 'e/new'],
  },
  {
    name: 'names in byte order, a directory before its neighbours',
    before: [],
    change: [file('é'), file('a.b'), directory('a'), file('a/z'), file('a0'), file('Z')],
    entries: ['Z', 'a/ 755', 'a/z', 'a.b', 'a0', 'é'],
  },
];

const dated = (data: string, mtime: string): EntrySpec => ({ ...file('f', data), pax: { mtime } });

const kinds = async (one: EntrySpec, other: EntrySpec): Promise<readonly string[]> => {
  const found = changes(await treeOf([one]), await treeOf([other]));
  return [...found].map(({ kind }) => kind);
};

describe('diffTrees', () => {
  it.each(CASES)('writes $name', async ({ before, change, entries }) => {
    const [lower, upper] = [await treeOf(before), await treeOf(before, change)];
    expect(await entriesOf(diffTrees(lower, upper))).toEqual(entries);
  });

  it('leaves sockets out', async () => {
    const [lower, upper] = [await treeOf([file('f1')]), await treeOf([file('f1'), file('f2'), file('f3')])];
    upper.fs.mknod(upper.root, 's0', S_IFSOCK | 0o777, 0, ROOT);
    expect(await entriesOf(diffTrees(lower, upper))).toEqual(['f2', 'f3']);
  });

  it('writes times up to the latest, whiteouts with none', async () => {
    const [lower, upper] = [
      await treeOf([file('f1')]),
      await treeOf([
        { ...file('f2'), mtime: 100 },
        { ...file('f3'), mtime: 300 },
      ]),
    ];
    const reader = new TarReader(diffTrees(lower, upper, { latest: 200_000_000_000n }));
    const times: unknown[] = [];
    for (let entry = await reader.next(); entry !== undefined; entry = await reader.next()) {
      times.push([entry.name, entry.mtime / 1_000_000_000n]);
    }
    expect(times).toEqual([
      ['.wh.f1', 0n],
      ['f2', 100n],
      ['f3', 200n],
    ]);
  });

  it('compares content when times have no fraction, and only then', async () => {
    expect(await kinds(dated('one', '5'), dated('two', '5'))).toEqual(['modify']);
    expect(await kinds(dated('one', '5'), dated('one', '5'))).toEqual([]);
    expect(await kinds(dated('one', '5.5'), dated('two', '5.5'))).toEqual([]);
    expect(await kinds(dated('one', '5.5'), dated('one', '5.6'))).toEqual(['modify']);
  });

  it('carries the capability and no other attribute, and notices when only it changes', async () => {
    const capability = Uint8Array.from([1, 0, 0, 2, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    const pax = { 'SCHILY.xattr.security.capability': capability, 'SCHILY.xattr.user.other': 'x' };
    const [lower, upper] = [await treeOf([file('f')]), await treeOf([{ ...file('f'), pax }])];
    const target = memoryTree();
    await applyLayer(diffTrees(lower, upper), target);
    expect(list(target)).toEqual([
      `-0644 0:0 f 0 "" security.capability=${Buffer.from(capability).toString('base64')}`,
    ]);
  });

  it('writes holes as zeros', async () => {
    const upper = await treeOf([file('f', 'start')]);
    const inode = at(upper, 'f');
    if (inode === undefined) throw new Error('no file');
    upper.fs.setattr(inode, { size: 1_000_000, mtime: 0n }, ROOT);
    const target = memoryTree();
    await applyLayer(diffTrees(undefined, upper), target);
    expect(statAt(target, 'f').size).toBe(1_000_000);
  });

  it('stops when it is told to', async () => {
    const upper = await treeOf([file('f', 'x'.repeat(100_000))]);
    await expect(collect(diffTrees(undefined, upper, { signal: { aborted: true } }))).rejects.toThrow('stopped');
  });

  it('gives, applied to the one tree, the other', async () => {
    const spec = fc
      .tuple(
        fc.constantFrom('a', 'b', 'c/a', 'c/b', 'c/d/a', 'é'),
        fc.constantFrom('1', '2', '22'),
        fc.constantFrom(0o600, 0o644),
        fc.constantFrom('file', 'link', 'symlink', 'fifo'),
      )
      .map(([name, data, mode, kind]): EntrySpec => {
        if (kind === 'symlink') return symlink(data, name);
        if (kind === 'fifo') return { name, type: '6', mode };
        return kind === 'link' ? { ...link('base', name), mode } : { ...file(name, data, mode), mtime: data.length };
      });
    const specs = fc
      .array(spec, { maxLength: 7 })
      .map((chosen) => [file('base', 'base'), directory('c'), directory('c/d', 0o711), ...chosen]);
    await fc.assert(
      fc.asyncProperty(specs, specs, async (before, after) => {
        const [lower, upper] = [await treeOf(before), await treeOf(after)];
        const target = await treeOf(before);
        await applyLayer(diffTrees(lower, upper), target);
        expect(list(target)).toEqual(list(upper));
        expect(await entriesOf(diffTrees(target, upper))).toEqual([]);
      }),
      { seed: 9, numRuns: 150 },
    );
  });
});
