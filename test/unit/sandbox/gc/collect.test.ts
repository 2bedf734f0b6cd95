import { createHash } from 'node:crypto';
import { createSandbox, ghosts, snapshotResource, type CollectionStep, type Sandbox } from '@layerscope/core/sandbox';
import { toRfc3339 } from '@layerscope/core/snapshots';
import { describe, expect, it } from 'vitest';

const ROOT = { 'containerd.io/gc.root': 'x' };
const BLOB = new TextEncoder().encode('blob');

const keys = async (node: Sandbox, namespace = 'default', snapshotter = 'native'): Promise<readonly string[]> => {
  const found: string[] = [];
  await node
    .client(namespace)
    .snapshotter(snapshotter)
    .walk(({ name }) => void found.push(name));
  return found;
};

const digests = async (node: Sandbox): Promise<readonly string[]> => {
  const found: string[] = [];
  for await (const { digest } of node.database.blobs.walk()) found.push(digest);
  return found;
};

describe('a collection', () => {
  it('takes a snapshot nothing keeps, and its backend twin, leaf first', async () => {
    const steps: string[] = [];
    const node = await createSandbox({
      onEvent: (event) => {
        if (event.type === 'backend-call' && event.snapshotter === 'native')
          steps.push([event.method, ...event.args].join(' '));
      },
    });
    const native = node.client().snapshotter('native');
    await native.prepare('a', '');
    await native.commit('one', 'a');
    await native.prepare('b', 'one');
    await native.commit('two', 'b');
    await native.prepare('kept', 'one', { labels: ROOT });
    steps.length = 0;
    const { swept, failures } = await node.gc.collect();
    expect(swept.map(({ key }) => key)).toEqual(['native/two']);
    expect(failures.size).toBe(0);
    expect(steps.filter((step) => step.startsWith('remove'))).toEqual(['remove default/4/two']);
    expect(await keys(node)).toEqual(['kept', 'one']);
  });

  it('follows labels, leases and containers', async () => {
    const node = await createSandbox();
    const client = node.client();
    const native = client.snapshotter('native');
    for (const key of ['by-label', 'by-lease', 'by-container', 'by-nothing']) await native.prepare(key, '');
    await client.content.put('ref', BLOB, {}, { ...ROOT, 'containerd.io/gc.ref.snapshot.native/1': 'by-label' });
    await client.leases.create('lease');
    await client.leases.addResource('lease', { type: 'snapshots/native', id: 'by-lease' });
    await client.containers.create({
      id: 'c',
      image: '',
      snapshotter: 'native',
      snapshotKey: 'by-container',
      runtime: 'r',
      spec: {},
      labels: {},
    });
    await node.gc.collect();
    expect(await keys(node)).toEqual(['by-container', 'by-label', 'by-lease']);
    const chain = node.gc.why(snapshotResource('default', 'native', 'by-label'));
    expect(chain?.map(({ because }) => because)).toEqual([
      'label containerd.io/gc.root',
      'label containerd.io/gc.ref.snapshot.native/1',
    ]);
    expect(node.gc.why(snapshotResource('default', 'native', 'by-nothing'))).toBeUndefined();
  });

  it('ends what an expired lease held, and not before', async () => {
    const node = await createSandbox();
    const client = node.client();
    const expires = toRfc3339(node.clock.now() + 1_000_000_000n);
    await client.leases.create('short', { 'containerd.io/gc.expire': expires });
    await client.withLease('short').snapshotter('native').prepare('work', '');
    await node.gc.collect();
    expect(await keys(node)).toEqual(['work']);
    await node.execute({ type: 'advance', nanoseconds: 2_000_000_000 });
    await node.gc.collect();
    expect(await keys(node)).toEqual([]);
    expect(await client.leases.list()).toEqual([]);
  });

  it('of a flat lease keeps parents but follows no label', async () => {
    const node = await createSandbox();
    const client = node.client();
    const native = client.snapshotter('native');
    await native.prepare('x', '');
    await native.commit('parent', 'x');
    await native.prepare('other', '');
    await native.prepare('held', 'parent', { labels: { 'containerd.io/gc.ref.snapshot.native': 'other' } });
    await client.leases.create('flat', { 'containerd.io/gc.flat': 'yes' });
    await client.leases.addResource('flat', { type: 'snapshots/native', id: 'held' });
    await node.gc.collect();
    expect(await keys(node)).toEqual(['held', 'parent']);
  });

  it('turns back references round', async () => {
    const node = await createSandbox();
    const native = node.client().snapshotter('native');
    await native.prepare('main', '', { labels: ROOT });
    await native.prepare('helper', '', { labels: { 'containerd.io/gc.bref.snapshot.native': 'main' } });
    await native.prepare('stranger', '', { labels: { 'containerd.io/gc.bref.snapshot.native': 'nobody' } });
    await node.gc.collect();
    expect(await keys(node)).toEqual(['helper', 'main']);
  });

  it('never crosses namespaces, and frees a blob with its last row', async () => {
    const node = await createSandbox();
    const one = await node.client('one').content.put('ref', BLOB, {}, ROOT);
    await node.client('two').content.put('ref', BLOB);
    await node.gc.collect();
    expect(await digests(node)).toEqual([one.digest]);
    expect(await node.client('two').content.find(one.digest)).toBeUndefined();
    await node.client('one').content.delete(one.digest);
    expect(await digests(node)).toEqual([one.digest]);
    await node.gc.collect();
    expect(await digests(node)).toEqual([]);
  });

  it('leaves no ghost, unless it shall do as containerd does', async () => {
    const removal = async (
      keepsGhostChildren: boolean,
    ): Promise<readonly [Promise<void>, ReturnType<typeof ghosts>]> => {
      const node = await createSandbox({ gc: { keepsGhostChildren } });
      const native = node.client().snapshotter('native');
      await native.prepare('x', '');
      await native.commit('base', 'x', { labels: ROOT });
      await native.view('seen', 'base');
      await node.gc.collect();
      const found = node.gc.ghosts();
      return [native.remove('base'), found];
    };
    const [removed, none] = await removal(false);
    await removed;
    expect(none).toEqual([]);
    const [refused, some] = await removal(true);
    await expect(refused).rejects.toThrow('cannot remove snapshot with child: failed precondition');
    expect(some).toEqual([{ namespace: 'default', snapshotter: 'native', parent: 'base', child: 'seen' }]);
  });

  it('waits at every step for who looks on', async () => {
    const node = await createSandbox();
    const native = node.client().snapshotter('native');
    await native.prepare('a', '');
    const steps: CollectionStep['step'][] = [];
    await node.gc.collect(async ({ step }) => {
      await Promise.resolve();
      steps.push(step);
    });
    expect(steps).toEqual(['sweep', 'backend-remove']);
  });
});

describe('an ingest', () => {
  it('that a crash left is collected, one that is being written is not', async () => {
    const node = await createSandbox();
    const folder =
      '/var/lib/containerd/io.containerd.content.v1.content/ingest/' +
      createHash('sha256').update('default/left').digest('hex');
    await node.execute({
      type: 'shell',
      script: `mkdir -p ${folder}; printf default/left > ${folder}/ref; echo x > ${folder}/data`,
    });
    const writer = await node.client().content.writer('open');
    const { digest } = await node.client().content.put('ref', BLOB);
    await node.client().content.delete(digest);
    const { failures } = await node.gc.collect();
    expect([...failures.keys()]).toEqual([]);
    expect(await node.database.blobs.ingests()).toEqual(['default/open']);
    await writer.abort();
  });
});

describe('the schedule', () => {
  const nodeWithGarbage = async (): Promise<Sandbox> => {
    const node = await createSandbox();
    await node.execute({ type: 'advance', nanoseconds: 1_000_000_000 });
    const native = node.client().snapshotter('native');
    await native.prepare('x', '');
    await native.prepare('garbage', '');
    await native.remove('x');
    return node;
  };

  it('collects a quarter of a second after a deletion', async () => {
    const node = await nodeWithGarbage();
    expect(await keys(node)).toEqual(['garbage']);
    await node.execute({ type: 'advance', nanoseconds: 250_000_000 });
    expect(await keys(node)).toEqual([]);
  });

  it('collects nothing while nothing is deleted and little changes', async () => {
    const node = await createSandbox();
    await node.execute({ type: 'advance', nanoseconds: 1_000_000_000 });
    await node.client().snapshotter('native').prepare('garbage', '');
    await node.execute({ type: 'advance', nanoseconds: 86_400_000_000_000 });
    expect(await keys(node)).toEqual(['garbage']);
  });

  it('brings a collection forward after as many deletions as configured', async () => {
    const node = await createSandbox({ gc: { schedule: { deletionThreshold: 1, pauseThreshold: 0.0001 } } });
    await node.execute({ type: 'advance', nanoseconds: 1_000_000_000 });
    const native = node.client().snapshotter('native');
    await native.prepare('x', '');
    await native.prepare('garbage', '');
    await native.remove('x');
    await node.execute({ type: 'advance', nanoseconds: 1 });
    expect(await keys(node)).toEqual([]);
  });
});

describe('what is out of step', () => {
  it('is found', async () => {
    const node = await createSandbox();
    const native = node.client().snapshotter('native');
    const backend = node.database.backends.get('native')!.snapshotter;
    await native.prepare('lost', '');
    await backend.remove('default/1/lost');
    await backend.prepare('stranger', '');
    await native.prepare('forgotten', '', { labels: ROOT });
    await node.database.blobs.put('ref', BLOB);
    expect((await node.gc.orphans()).map(({ what }) => what).toSorted()).toEqual([
      'backend-snapshot',
      'blob',
      'lost-snapshot',
      'unused-snapshot',
    ]);
    const [forgotten] = (await node.gc.locate()).filter(({ key }) => key === 'forgotten');
    expect(forgotten).toMatchObject({ name: 'default/2/forgotten', id: '3', kind: 'Active' });
  });
});
