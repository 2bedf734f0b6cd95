/** Everything that can be left behind, made by hand: what is found, what is repaired, what is left alone. */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryMetaStore } from '@layerscope/core/snapshots';
import type { MetaStore } from '@layerscope/core/snapshots';
import { createNativeSnapshotter, createOverlayfsSnapshotter } from '@layerscope/core/snapshotters';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLinuxKernel } from '../../../../host-adapter/src/kernel/index.ts';
import { type Ground, recoverRoot, survey } from '../../../../host-adapter/src/recovery/index.ts';
import { requires } from '../../../requirements.ts';

let root: string;
let store: MetaStore;
let ground: Ground;
const kernel = createLinuxKernel();

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'layerscope-recovery-'));
  store = createMemoryMetaStore();
  ground = { root, design: 'overlayfs', kernel, store };
});
afterEach(() => {
  spawnSync('umount', ['-l', join(root, 'merged')]);
  spawnSync('umount', ['-l', join(root, 'tmpmounts', 'one')]);
  rmSync(root, { recursive: true, force: true });
});

const at = (...names: readonly string[]): string => join(root, 'snapshots', ...names);

const kinds = async (): Promise<readonly string[]> =>
  (await survey(ground)).findings.map(({ kind }) => kind).toSorted();

const prepared = async () => {
  const snapshotter = await createOverlayfsSnapshotter({ root, kernel, store });
  await snapshotter.prepare('a', '');
  await snapshotter.commit('base', 'a');
  await snapshotter.prepare('container', 'base');
  await snapshotter.view('view', 'base');
  return snapshotter;
};

describe.skipIf(!requires('root', 'linux'))('recovery of overlayfs', () => {
  it('finds nothing in a sound root, and maps ids to keys, parents and disk usage', async () => {
    await prepared();
    writeFileSync(at('2', 'fs', 'file'), 'x'.repeat(10_000));
    const { snapshots, findings } = await survey(ground, { measure: true });
    expect(findings).toEqual([]);
    expect(snapshots.map(({ id, key, parent, directory }) => ({ id, key, parent, directory }))).toEqual([
      { id: 1, key: 'base', parent: '', directory: 'snapshots/1' },
      { id: 2, key: 'container', parent: 'base', directory: 'snapshots/2' },
      { id: 3, key: 'view', parent: 'base', directory: 'snapshots/3' },
    ]);
    expect(snapshots[1]!.usage!.size).toBeGreaterThanOrEqual(10_000);
    expect(snapshots.map(({ mounted }) => mounted)).toEqual([false, false, false]);
  });

  it('removes what nobody owns and makes again what held nothing', async () => {
    await prepared();
    mkdirSync(at('new-123', 'fs'), { recursive: true });
    mkdirSync(at('rm-99', 'fs'), { recursive: true });
    mkdirSync(at('77', 'fs', 'deep'), { recursive: true });
    rmSync(at('2', 'work'), { recursive: true });
    rmSync(at('3', 'fs'), { recursive: true });
    expect(await kinds()).toEqual([
      'missing-empty-directory',
      'missing-empty-directory',
      'orphan-directory',
      'unfinished-directory',
      'unfinished-removal',
    ]);
    const { repaired, left } = await recoverRoot(ground);
    expect(repaired.map(({ failure }) => failure)).toEqual([undefined, undefined, undefined, undefined, undefined]);
    expect(left).toEqual([]);
    expect(readdirSync(at()).toSorted()).toEqual(['1', '2', '3']);
    expect(existsSync(at('2', 'work'))).toBe(true);
    expect(await kinds()).toEqual([]);
  });

  it('reports lost files and contradictions, and repairs neither', async () => {
    await prepared();
    rmSync(at('1'), { recursive: true });
    await store.write((tx) => tx.put('n', 1));
    const { repaired, left } = await recoverRoot(ground);
    expect(repaired).toEqual([]);
    expect(left.map(({ kind }) => kind).toSorted()).toEqual([
      'missing-directory',
      'unsound-records',
      'unsound-records',
    ]);
    expect(left.find(({ kind }) => kind === 'missing-directory')!.text).toContain('committed snapshot 1 (base)');
  });

  it('leaves alone what a container has mounted', async () => {
    const snapshotter = await prepared();
    mkdirSync(join(root, 'merged'));
    await kernel.mount(await snapshotter.mounts('container'), join(root, 'merged'));
    expect((await survey(ground)).snapshots.map(({ mounted }) => mounted)).toEqual([true, true, false]);
    // Its record is gone, e.g. because an older copy of the metadata was imported.
    await snapshotter.remove('container');
    const { repaired, left } = await recoverRoot(ground);
    expect(repaired).toEqual([]);
    expect(left.map(({ kind }) => kind)).toEqual(['orphan-in-use']);
    writeFileSync(join(root, 'merged', 'still-works'), '');
    await kernel.unmount(join(root, 'merged'));
    expect((await recoverRoot(ground)).left).toEqual([]);
    expect(existsSync(at('2'))).toBe(false);
  });

  it('unmounts what was mounted for a moment', async () => {
    await prepared();
    const place = join(root, 'tmpmounts', 'one');
    mkdirSync(place, { recursive: true });
    expect(spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', place]).status).toBe(0);
    expect((await recoverRoot(ground)).repaired.map(({ finding }) => finding.kind)).toEqual(['left-mount']);
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(place);
    expect(existsSync(place)).toBe(false);
  });

  it('is never fatal', async () => {
    await prepared();
    rmSync(at(), { recursive: true });
    writeFileSync(at(), 'not a directory');
    expect((await recoverRoot(ground)).left.length).toBeGreaterThan(0);
  });
});

describe.skipIf(!requires('root', 'linux'))('recovery of native', () => {
  it('gives a snapshot its name back when its removal was never recorded', async () => {
    ground = { ...ground, design: 'native' };
    const snapshotter = await createNativeSnapshotter({ root, kernel, store });
    await snapshotter.prepare('a', '');
    writeFileSync(at('1', 'file'), 'kept');
    renameSync(at('1'), at('rm-1'));
    mkdirSync(at('rm-2'));
    expect(await kinds()).toEqual(['undone-removal', 'unfinished-removal']);
    await recoverRoot(ground);
    expect(readdirSync(at())).toEqual(['1']);
    expect(readFileSync(at('1', 'file'), 'utf8')).toBe('kept');
  });
});
