/** The reader of bbolt files against a metadata.db that a running containerd writes: `ctr` and we see the same rows. */
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MetadataError, readBoltSnapshots } from '../../../host-adapter/src/metadata/index.ts';
import { requires } from '../../requirements.ts';
import { startContainerd, type Containerd } from '../daemons/containerd.ts';

const PLUGIN = 'io.containerd.snapshotter.v1.native';

interface CtrInfo {
  readonly Kind: string;
  readonly Name: string;
  readonly Parent?: string;
  readonly Created: string;
}

/** containerd's own keys behind those of its client: `<namespace>/<number>/<key>`. */
const plain = (key: string): string => key.replace(/^test\/\d+\//, '');

describe.skipIf(!requires('root', 'containerd', 'ctr'))("containerd's metadata.db", () => {
  let containerd: Containerd;
  const ctr = (...args: readonly string[]): string => containerd.ctr(['snapshots', '--snapshotter', 'native', ...args]);
  const copy = (): Buffer => {
    const path = join(containerd.folder, 'copy.db');
    copyFileSync(join(containerd.folder, 'root', PLUGIN, 'metadata.db'), path);
    return readFileSync(path);
  };
  beforeAll(async () => {
    containerd = await startContainerd();
    ctr('prepare', 'a');
    ctr('commit', 'base', 'a');
    // Enough for branch pages, and long labels for pages that overflow.
    for (let index = 0; index < 60; index++) {
      ctr('prepare', `key-${index}-${'x'.repeat(index)}`, 'base');
    }
    ctr('view', 'view', 'base');
    // Only labels of this prefix reach the snapshotter.
    ctr('label', 'view', `containerd.io/snapshot/note=${'y'.repeat(4000)}`);
  }, 120_000);
  afterAll(() => containerd?.stop(), 60_000);

  it('has the rows that ctr prints', () => {
    const { lastId, snapshots } = readBoltSnapshots(copy());
    expect(lastId).toBe(62);
    const listed = ctr('ls')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/));
    expect(
      snapshots.map(({ key, parent, kind }) => [plain(key), plain(parent), kind].filter(Boolean)).toSorted(),
    ).toEqual(listed.toSorted());
    for (const key of ['base', 'view', 'key-7-xxxxxxx']) {
      const theirs = JSON.parse(ctr('info', key)) as CtrInfo;
      const ours = snapshots.find((snapshot) => plain(snapshot.key) === key)!;
      expect([ours.kind, plain(ours.parent)]).toEqual([theirs.Kind, theirs.Parent ?? '']);
      // ctr tells the times of containerd's own record, made right after the snapshotter's.
      expect(Math.abs(Date.parse(ours.created) - Date.parse(theirs.Created))).toBeLessThan(2000);
    }
    const view = snapshots.find(({ key }) => plain(key) === 'view')!;
    expect(view.labels['containerd.io/snapshot/note']).toBe('y'.repeat(4000));
    const base = snapshots.find(({ key }) => plain(key) === 'base')!;
    expect([base.inodes, base.size > 0]).toEqual([1, true]);
  });

  it('is read as a whole or refused when the copy is torn', () => {
    const whole = copy();
    const { length } = readBoltSnapshots(whole).snapshots;
    const pages = Array.from({ length: whole.length / 4096 }, (_, page) => {
      const torn = Buffer.from(whole);
      torn.fill(0, page * 4096, (page + 1) * 4096);
      return rowsOf(torn);
    });
    const cuts = [0, 100, 4096, 8192, whole.length - 4096].map((end) => rowsOf(whole.subarray(0, end)));
    expect(pages).toContain('refused');
    // An older transaction, or a page that nothing leads to.
    expect(pages).toContain(length);
    for (const rows of [...pages, ...cuts]) expect(rows === 'refused' || rows <= length + 1).toBe(true);
  });
});

const rowsOf = (file: Uint8Array): number | 'refused' => {
  try {
    return readBoltSnapshots(file).snapshots.length;
  } catch (error) {
    if (error instanceof MetadataError) return 'refused';
    throw error;
  }
};
