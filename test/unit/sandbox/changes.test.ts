import { S_IFDIR, S_IFREG } from '@layerscope/core/fs';
import { explainChanges } from '@layerscope/core/sandbox';
import { describe, expect, it } from 'vitest';
import { demoContainer } from './demo-sandbox.ts';

const copyUp = (path: string, kind: number, bytes = 0) =>
  ({ type: 'copy-up', path, kind, bytes, shared: true, call: 'chmod', rule: 'attribute-change' }) as const;

describe('explainChanges', () => {
  it('keeps what was copied up and left as it was', () => {
    expect(explainChanges([], [copyUp('/d', S_IFDIR)])).toMatchObject([
      { path: '/d', change: 'same', type: 'directory', reasons: [{ what: 'copied up', call: 'chmod' }] },
    ]);
  });

  it('tells bytes of files only', () => {
    const [file, directory] = explainChanges([], [copyUp('/a', S_IFREG, 0), copyUp('/d', S_IFDIR)]);
    expect(file?.reasons[0]?.bytes).toBe(0);
    expect(directory?.reasons[0]).not.toHaveProperty('bytes');
  });

  it('puts a directory before what it holds, and a name before a longer one', () => {
    const events = ['/d-e', '/d/b', '/d', '/d/a/z', '/d/a'].map((path) => copyUp(path, S_IFDIR));
    expect(explainChanges([], events).map(({ path }) => path)).toEqual(['/d', '/d/a', '/d/a/z', '/d/b', '/d-e']);
  });

  it('counts as deleted what was copied up in a directory that is deleted now', () => {
    const whiteout = { type: 'whiteout', path: '/d', call: 'rmdir', rule: 'removed-over-lower' } as const;
    const rows = explainChanges(
      [{ kind: 'delete', path: '/d' }],
      [copyUp('/d', S_IFDIR), copyUp('/d/e', S_IFDIR), whiteout],
    );
    expect(rows.map(({ path, change }) => [path, change])).toEqual([
      ['/d', 'deleted'],
      ['/d/e', 'deleted'],
    ]);
    expect(rows[0]?.reasons.map(({ what }) => what)).toEqual(['copied up', 'whiteout']);
  });

  it('leaves out lines of the kernel log', () => {
    expect(explainChanges([], [{ type: 'kernel-log', text: 'hello' }])).toEqual([]);
  });
});

describe('the changes of a container', () => {
  const row = async (script: string, path: string, snapshotter: 'overlayfs' | 'native' = 'overlayfs') => {
    const { container } = await demoContainer({ snapshotter });
    await container.run(['sh', '-c', script]);
    return (await container.changes()).find((change) => change.path === path);
  };

  it.each(['overlayfs', 'native'] as const)('are the same under %s, reasons aside', async (snapshotter) => {
    const { container } = await demoContainer({ snapshotter });
    await container.run(['sh', '-c', 'echo hi >> /etc/motd; rm /etc/hostname; mkdir /new; ln -s x /new/l']);
    const changes = (await container.changes()).filter(({ change }) => change !== 'same');
    expect(changes.map(({ path, change, type }) => [path, change, type])).toEqual([
      ['/etc/hostname', 'deleted', 'whiteout'],
      ['/etc/motd', 'modified', 'file'],
      ['/new', 'added', 'directory'],
      ['/new/l', 'added', 'symlink'],
    ]);
  });

  it('name call, rule and bytes of a copy-up', async () => {
    expect(await row('chmod 600 /etc/motd', '/etc/motd')).toMatchObject({
      change: 'modified',
      reasons: [{ what: 'copied up', call: 'chmod', rule: 'attribute-change', bytes: 20 }],
    });
  });

  it('show a copy-up for nothing: opened for writing, not written', async () => {
    expect(await row(': >> /etc/motd', '/etc/motd')).toMatchObject({
      change: 'same',
      reasons: [{ what: 'copied up' }],
    });
  });

  it('show a directory made where one was removed as opaque', async () => {
    const doc = await row('rm -r /usr/share/doc; mkdir /usr/share/doc', '/usr/share/doc');
    expect(doc?.reasons.map(({ what }) => what)).toEqual(['copied up', 'whiteout', 'opaque']);
  });

  it('have no reasons under native, which copies whole trees', async () => {
    expect((await row('echo hi >> /etc/motd', '/etc/motd', 'native'))?.reasons).toEqual([]);
  });

  it('leave no view and no mount behind', async () => {
    const { sandbox, container } = await demoContainer();
    const mounts = sandbox.kernel.procMounts();
    await container.changes();
    const keys: string[] = [];
    await sandbox.snapshotter.walk(({ name }) => void keys.push(name), 'kind!=committed');
    expect(keys).toEqual(['first']);
    expect(sandbox.kernel.procMounts()).toBe(mounts);
  });
});
