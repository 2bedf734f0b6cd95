import { applyLayer } from '@layerscope/core/layers';
import type { Tree } from '@layerscope/core/fs';
import { describe, expect, it } from 'vitest';
import { archive, directory, type EntrySpec, file, stream } from '../archive.ts';
import { list, memoryTree } from '../tree.ts';

const apply = async (tree: Tree, ...specs: readonly EntrySpec[]): Promise<readonly string[]> => {
  await applyLayer(stream(archive(...specs)), tree);
  return list(tree).map((line) => line.split(' ')[2] ?? '');
};

const lower = async (): Promise<Tree> => {
  const tree = memoryTree();
  await apply(tree, directory('d'), file('d/a'), file('d/b'), directory('d/sub'), file('d/sub/x'), file('e'));
  return tree;
};

describe('naive whiteouts', () => {
  it('delete files and whole directories, and nothing when there is nothing', async () => {
    expect(await apply(await lower(), file('d/.wh.a'), file('.wh.e'), file('.wh.none'))).toEqual([
      'd',
      'd/b',
      'd/sub',
      'd/sub/x',
    ]);
    expect(await apply(await lower(), file('.wh.d'))).toEqual(['e']);
  });

  it('delete what the same layer wrote before, and not what it writes after', async () => {
    expect(await apply(await lower(), file('new'), file('.wh.new'))).not.toContain('new');
    expect(await apply(await lower(), file('.wh.new'), file('new'))).toContain('new');
  });

  it('delete whatever type and size the whiteout has', async () => {
    expect(await apply(await lower(), { ...directory('.wh.d') })).toEqual(['e']);
    expect(await apply(await lower(), file('.wh.d', 'some data'), file('after'))).toEqual(['after', 'e']);
  });

  it('spare what the layer wrote when they are opaque', async () => {
    expect(await apply(await lower(), file('d/new'), file('d/.wh..wh..opq'), file('d/later'))).toEqual([
      'd',
      'd/later',
      'd/new',
      'e',
    ]);
  });

  it('take an implicit parent and the new files in it away when they are opaque', async () => {
    expect(await apply(await lower(), file('d/sub/new'), file('d/.wh..wh..opq'))).toEqual(['d', 'e']);
    expect(await apply(await lower(), directory('d/sub'), file('d/sub/new'), file('d/.wh..wh..opq'))).toEqual([
      'd',
      'd/sub',
      'd/sub/new',
      'e',
    ]);
  });

  it('work at the root', async () => {
    expect(await apply(await lower(), file('mine'), file('.wh..wh..opq'))).toEqual(['mine']);
  });

  it('leave names of AUFS as containerd does', async () => {
    const tree = await lower();
    await apply(tree, file('.wh.aufs'));
    expect(await apply(tree, file('.wh..wh.plnk/5.6'), file('.wh..wh.aufs'))).toEqual([
      '.wh..wh.plnk',
      '.wh..wh.plnk/5.6',
      'd',
      'd/a',
      'd/b',
      'd/sub',
      'd/sub/x',
      'e',
    ]);
  });
});

const upper = async (...specs: readonly EntrySpec[]): Promise<readonly string[]> => {
  const tree = memoryTree();
  await applyLayer(stream(archive(...specs)), tree, { whiteouts: 'overlay' });
  return list(tree);
};

describe('overlay whiteouts', () => {
  it('are devices 0:0 of the owner of the entry', async () => {
    expect(await upper({ ...file('d/.wh.a'), uid: 5, gid: 6 })).toEqual(['d0755 0:0 d', 'c0000 5:6 d/a 0,0']);
  });

  it('are an attribute when they are opaque', async () => {
    expect(await upper(directory('d'), file('d/.wh..wh..opq'), file('d/x'))).toEqual([
      `d0755 0:0 d trusted.overlay.opaque=${Buffer.from('y').toString('base64')}`,
      '-0644 0:0 d/x 0 ""',
    ]);
  });

  it('replace nothing that is there, but are replaced', async () => {
    await expect(upper(file('a'), file('.wh.a'))).rejects.toThrow(
      'entry ".wh.a": failed to convert whiteout file ".wh.a": file exists',
    );
    expect(await upper(file('.wh.a'), file('a', 'new'))).toEqual(['-0644 0:0 a 3 "new"']);
  });
});
