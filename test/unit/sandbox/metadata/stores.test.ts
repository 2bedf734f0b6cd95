import { createSandbox, type Client, type Sandbox } from '@layerscope/core/sandbox';
import { beforeEach, describe, expect, it } from 'vitest';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('a namespace', () => {
  let node: Sandbox;
  let client: Client;
  beforeEach(async () => {
    node = await createSandbox();
    client = node.client('one');
  });

  it('is there once something was made in it, and goes when it is empty', async () => {
    expect(await node.namespaces.list()).toEqual([]);
    await client.leases.create('l');
    await client.snapshotter('native').prepare('a', '');
    const { digest } = await client.content.put('ref', bytes('x'));
    await client.images.create('i', { mediaType: 'm', digest, size: 1 });
    expect((await node.namespaces.list()).map(({ name }) => name)).toEqual(['one']);
    await expect(node.namespaces.delete('one')).rejects.toThrow(
      'namespace "one" must be empty, but it still has images, blobs, snapshots on "native" snapshotter: failed precondition',
    );
    await client.images.delete('i');
    await client.content.delete(digest);
    await client.snapshotter('native').remove('a');
    await node.namespaces.delete('one');
    expect(await node.namespaces.list()).toEqual([]);
    // Its numbers begin anew.
    await client.snapshotter('native').prepare('b', '');
    expect((await node.gc.locate()).map(({ name }) => name)).toEqual(['one/1/b']);
  });

  it('has content of its own over bytes of all', async () => {
    const { digest } = await client.content.put('ref', bytes('shared'), {}, { mine: 'yes', none: '' });
    const other = node.client('two').content;
    expect(await other.find(digest)).toBeUndefined();
    await expect(other.readAll(digest)).rejects.toThrow(`content digest ${digest}: not found`);
    expect(await other.put('ref', bytes('shared'))).toMatchObject({ digest, existed: false });
    expect((await other.info(digest)).labels).toEqual({});
    expect((await client.content.info(digest)).labels).toEqual({ mine: 'yes' });
    await other.delete(digest);
    expect(new TextDecoder().decode(await client.content.readAll(digest))).toBe('shared');
  });

  it('keeps two writers of one ref apart by their namespaces', async () => {
    const first = await client.content.writer('ref');
    await expect(client.content.writer('ref')).rejects.toThrow('ref one/ref locked');
    const second = await node.client('two').content.writer('ref');
    expect(await client.content.ingests()).toEqual(['ref']);
    await first.abort();
    await second.abort();
  });

  it('holds leases', async () => {
    await client.leases.create('l', { a: 'b', empty: '' });
    await expect(client.leases.create('l')).rejects.toThrow('lease "l": already exists');
    expect(await client.leases.list('id==l')).toMatchObject([{ id: 'l', labels: { a: 'b' } }]);
    expect(await client.leases.list('id==m')).toEqual([]);
    await expect(client.leases.addResource('l', { type: 'tasks', id: 'x' })).rejects.toMatchObject({
      code: 'NotImplemented',
    });
    await expect(client.leases.addResource('l', { type: 'snapshots', id: 'x' })).rejects.toMatchObject({
      code: 'InvalidArgument',
    });
    await expect(client.leases.addResource('l', { type: 'content', id: 'x' })).rejects.toMatchObject({
      code: 'InvalidArgument',
    });
    await client.leases.addResource('l', { type: 'images', id: 'x' });
    await client.leases.deleteResource('l', { type: 'images', id: 'x' });
    expect(await client.leases.resources('l')).toEqual([]);
    await client.leases.delete('l');
    await expect(client.leases.delete('l')).rejects.toThrow('lease "l": not found');
  });

  it('names images', async () => {
    const target = { mediaType: 'm', digest: `sha256:${'0'.repeat(64)}`, size: 1 };
    await client.images.create('a', target, { k: 'v' });
    await expect(client.images.create('a', target)).rejects.toThrow('image "a": already exists');
    const moved = { ...target, digest: `sha256:${'1'.repeat(64)}` };
    expect(await client.images.update({ name: 'a', target: moved, labels: {} }, 'target')).toMatchObject({
      target: moved,
      labels: { k: 'v' },
    });
    expect(
      await client.images.update({ name: 'a', target, labels: { k: '', n: 'w' } }, 'labels.k', 'labels.n'),
    ).toMatchObject({ target: moved, labels: { n: 'w' } });
    expect((await client.images.list(`target.digest==${moved.digest}`)).map(({ name }) => name)).toEqual(['a']);
    await expect(client.images.update({ name: 'b', target, labels: {} })).rejects.toThrow('image "b": not found');
    await expect(client.images.list('bad==')).rejects.toMatchObject({ code: 'InvalidArgument' });
  });

  it('records containers', async () => {
    const container = {
      image: 'i',
      snapshotter: 'native',
      snapshotKey: 'c',
      runtime: 'r',
      spec: {},
      labels: { a: 'b' },
    };
    await client.containers.create({ id: 'c', ...container });
    await expect(client.containers.create({ id: 'c', ...container })).rejects.toThrow('container "c": already exists');
    await expect(client.containers.create({ id: 'a b', ...container })).rejects.toMatchObject({
      code: 'InvalidArgument',
    });
    expect(await client.containers.list('runtime.name==r', 'image==i')).toHaveLength(1);
    expect((await client.containers.update({ id: 'c', labels: { a: '' } }, 'labels.a')).labels).toEqual({});
    await client.containers.delete('c');
    await expect(client.containers.get('c')).rejects.toThrow('container "c" in namespace "one": not found');
  });
});
