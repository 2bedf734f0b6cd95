import { createSandbox, type Sandbox, type SnapshotterPlugin } from '@layerscope/core/sandbox';
import { ContainerdError, LABEL_SNAPSHOT_REF, refusal, type Snapshotter } from '@layerscope/core/snapshots';
import { createNativeSnapshotter } from '@layerscope/core/snapshotters';
import { beforeEach, describe, expect, it } from 'vitest';

const TARGET = 'sha256:target';

/**
 * A remote snapshotter: for the target `sha256:target` it has a committed snapshot already, under a name of its own, and
 * answers AlreadyExists.
 */
const remotePlugin: SnapshotterPlugin = async (options) => {
  const native = await createNativeSnapshotter(options);
  const prepare: Snapshotter['prepare'] = async (key, parent, prepareOptions = {}) => {
    const labels = prepareOptions.labels ?? {};
    if (!labels[LABEL_SNAPSHOT_REF]?.startsWith(TARGET)) return native.prepare(key, parent, prepareOptions);
    const own = `remote of ${labels[LABEL_SNAPSHOT_REF]}`;
    try {
      await native.prepare(`work ${own}`, parent);
      await native.commit(own, `work ${own}`, { labels: { ...labels, 'containerd.io/snapshot/remote': 'yes' } });
    } catch {
      await native.remove(`work ${own}`);
    }
    throw refusal('key-taken', { key });
  };
  return { ...native, prepare };
};

describe('the metadata layer', () => {
  let calls: string[];
  let events: string[];
  let node: Sandbox;
  beforeEach(async () => {
    calls = [];
    events = [];
    node = await createSandbox({
      snapshotters: { native: createNativeSnapshotter, remote: remotePlugin },
      snapshotter: 'native',
      onEvent: (event) => {
        if (event.type === 'backend-call') calls.push([event.method, ...event.args].join(' '));
        if (event.type === 'containerd') events.push(`${event.topic} ${JSON.stringify(event.event)}`);
      },
    });
    calls.length = 0;
  });
  const native = (namespace = 'default'): Snapshotter => node.client(namespace).snapshotter('native');

  it('gives every snapshot a name of its own in the backend', async () => {
    await native().prepare('a', '');
    await native().commit('b', 'a');
    await native().prepare('a', 'b');
    await native('other').prepare('a', '');
    expect(calls).toEqual([
      'prepare default/1/a ',
      'commit default/2/b default/1/a',
      'prepare default/3/a default/2/b',
      'prepare other/1/a ',
    ]);
  });

  it('spends a number on a prepare that the backend refuses', async () => {
    await native().prepare('a', '');
    await expect(native().prepare('b', 'a')).rejects.toThrow(
      'parent "default/1/a" is not committed snapshot: invalid argument',
    );
    await native().prepare('b', '');
    expect(calls.at(-1)).toBe('prepare default/3/b ');
  });

  it('keeps labels, and passes on those that are the snapshotter’s business', async () => {
    const labels = { own: 'x', 'containerd.io/snapshot/theirs': 'y', empty: '' };
    await native().prepare('a', '', { labels });
    const backend = node.database.backends.get('native')!.snapshotter;
    expect((await backend.stat('default/1/a')).labels).toEqual({ 'containerd.io/snapshot/theirs': 'y' });
    expect((await native().stat('a')).labels).toEqual({ own: 'x', 'containerd.io/snapshot/theirs': 'y' });
    await native().update({ name: 'a', labels: { own: 'z' } }, 'labels.own');
    expect(calls.at(-1)).toBe('update default/1/a labels.own');
    expect((await native().stat('a')).labels['own']).toBe('z');
  });

  it('removes from the records only', async () => {
    await native().prepare('a', '');
    await native().remove('a');
    expect(calls).toEqual(['prepare default/1/a ']);
    await expect(native().stat('a')).rejects.toThrow('snapshot a does not exist: not found');
    await native().view('a', '');
  });

  it('takes back what the backend made when the record cannot be', async () => {
    const client = node.client().withLease('gone');
    await expect(client.snapshotter('native').prepare('a', '')).rejects.toThrow('lease does not exist: not found');
    expect(calls).toEqual(['prepare default/1/a ', 'remove default/1/a']);
  });

  it('publishes what containerd publishes', async () => {
    await native().prepare('a', '');
    await native().commit('b', 'a');
    await native().view('v', 'b');
    await native().remove('v');
    expect(events).toEqual([
      '/snapshot/prepare {"key":"a","snapshotter":"native"}',
      '/snapshot/commit {"key":"a","name":"b","snapshotter":"native"}',
      '/snapshot/remove {"key":"v","snapshotter":"native"}',
    ]);
  });

  it.each([
    [
      'a label of more than 4096 bytes',
      (it_: Snapshotter) => it_.prepare('k', '', { labels: { a: 'x'.repeat(4096) } }),
    ],
    ['a field that is fixed', (it_: Snapshotter) => it_.update({ name: 'base', labels: {} }, 'parent')],
    ['an empty name', (it_: Snapshotter) => it_.update({ name: '', labels: {} })],
  ])('refuses %s', async (_, call) => {
    await native().prepare('base', '');
    await expect(call(native())).rejects.toMatchObject({ code: 'InvalidArgument' });
  });

  it('takes work into a lease, and lets go of a key that was committed', async () => {
    const client = node.client();
    await client.leases.create('work');
    const leased = client.withLease('work').snapshotter('native');
    await leased.prepare('a', '');
    await leased.commit('b', 'a');
    await leased.view('v', 'b');
    expect(await client.leases.resources('work')).toEqual([
      { type: 'snapshots/native', id: 'b' },
      { type: 'snapshots/native', id: 'v' },
    ]);
  });

  it('has bad namespaces and unknown snapshotters', async () => {
    expect(() => node.client('')).toThrow('namespace is required: failed precondition');
    expect(() => node.client('bad ns!')).toThrow('namespace validation: identifier "bad ns!" must match');
    const unknown = node.client().snapshotter('zfs');
    await expect(unknown.stat('a')).rejects.toThrow('snapshotter not loaded: zfs: invalid argument');
    await expect(node.client().snapshotter('').prepare('a', '')).rejects.toThrow('snapshotter argument missing');
  });

  describe('with a remote snapshotter', () => {
    const ref = (target: string): { readonly labels: Record<string, string> } => ({
      labels: { [LABEL_SNAPSHOT_REF]: target, own: 'mine' },
    });
    const remote = (namespace = 'default'): Snapshotter => node.client(namespace).snapshotter('remote');
    const promised = async (snapshotter: Snapshotter, target: string, parent = ''): Promise<unknown> => {
      try {
        return await snapshotter.prepare(`extract ${target}`, parent, ref(target));
      } catch (error) {
        return (error as ContainerdError).message;
      }
    };

    it('finds the target it promised', async () => {
      expect(await promised(remote(), TARGET)).toBe(`target snapshot "${TARGET}": already exists`);
      const info = await remote().stat(TARGET);
      expect(info).toMatchObject({ kind: 'Committed', parent: '', name: TARGET });
      expect(info.labels).toEqual({
        [LABEL_SNAPSHOT_REF]: TARGET,
        own: 'mine',
        'containerd.io/snapshot/remote': 'yes',
      });
    });

    it('builds a chain of them, and shares it with another namespace', async () => {
      await promised(remote(), TARGET);
      await promised(remote(), `${TARGET}-2`, TARGET);
      expect((await remote().stat(`${TARGET}-2`)).parent).toBe(TARGET);
      await promised(remote('other'), TARGET);
      await remote().remove(`${TARGET}-2`);
      await remote().remove(TARGET);
      await remote('other').update({ name: TARGET, labels: { 'containerd.io/gc.root': 'x' } }, 'labels');
      await node.gc.collect();
      expect((await remote('other').stat(TARGET)).kind).toBe('Committed');
      expect(calls.filter((call) => call.startsWith('remove'))).toEqual([`remove remote of ${TARGET}-2`]);
    });

    it('does not take one with another parent', async () => {
      await remote().prepare('x', '');
      await remote().commit('base', 'x');
      await promised(remote(), TARGET);
      await remote().remove(TARGET);
      expect(await promised(remote(), TARGET, 'base')).toBe(`target snapshot "${TARGET}" in backend: not found`);
    });

    it('tells of a backend that says AlreadyExists for no reason', async () => {
      const backend = node.database.backends.get('native')!.snapshotter;
      await backend.prepare('default/1/a', '');
      await expect(native().prepare('a', '')).rejects.toThrow('unexpected error from snapshotter');
    });
  });
});
