/** containerd 2.x applies and compares layers through our diff service, and gets what its own differ makes. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command } from '../../command.ts';
import {
  builtImage,
  busybox,
  directoryBecameFile,
  umociLayers,
  zstdArchive,
  type ImageRecipe,
} from '../../images/index.ts';
import { requires } from '../../requirements.ts';
import { hostTree } from '../../trees/host-tree.ts';
import { differences, listing } from '../../trees/record.ts';
import { startContainerd, type Containerd } from '../daemons/containerd.ts';
import { snapshotRows } from '../daemons/ctr.ts';
import { startLayerscope, type Layerscope } from '../daemons/layerscope.ts';
import { hasRelease } from '../daemons/releases.ts';

const MINUTE = 60_000;
const recipes = [umociLayers, busybox, zstdArchive] as const;

/** Every kind of change, at times that are the same wherever it is run. */
const CHANGES = `
  echo changed >> /etc/motd; rm /etc/passwd; mkdir -p /made/in; echo new > /made/in/file; ln /made/in/file /made/link
  ln -s nowhere /made/dangling; mkfifo /made/pipe; chmod 1777 /made; chown 1000:3000 /made/in; mv /bin/busybox /bin/bb
  cp /bin/bb /bin/busybox; rm -r /tmp; echo now a file > /tmp; seq 1 200000 > /made/long; dd if=/dev/zero of=/z bs=1M count=3
  find / -xdev | grep -v -e '^/sys$' -e '^/proc$' -e '^/dev$' -e '^/run$' | xargs touch -h -d '2001-02-03 04:05:06'
`;

const entries = (input: Buffer): readonly string[] => command('tar', ['-tv', '--full-time'], { input }).split('\n');

/** An index or a manifest. */
type Parsed = { readonly [part in 'manifests' | 'layers']?: readonly { readonly digest: string }[] };

const ready = requires('root', ...recipes.flatMap(({ needs }) => needs)) && hasRelease('2.2');

describe.skipIf(!ready)('the diff service behind containerd 2.2', () => {
  let layerscope: Layerscope;
  /** With our snapshotter and our differ. */
  let ours: Containerd;
  /** As it comes. */
  let theirs: Containerd;

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'layerscope-containerd-'));
    layerscope = await startLayerscope({ args: ['--diff', join(folder, 'containerd.sock')] });
    const configuration = layerscope.proxyPlugin('2.2', '--diff');
    ours = await startContainerd({ release: '2.2', folder, configuration });
    theirs = await startContainerd({ release: '2.2' });
  }, 3 * MINUTE);
  afterAll(async () => {
    await ours?.stop();
    await theirs?.stop();
    await layerscope?.stop();
  }, MINUTE);

  const snapshotterOf = (containerd: Containerd): string => (containerd === ours ? 'layerscope' : 'overlayfs');
  const snapshots = (containerd: Containerd, ...args: readonly string[]): string =>
    containerd.ctr(['snapshots', '--snapshotter', snapshotterOf(containerd), ...args]);

  /** Imports an image, and answers its name. */
  const imported = async (containerd: Containerd, recipe: ImageRecipe, ...args: readonly string[]): Promise<string> => {
    let tar = await builtImage(recipe);
    if (!tar.endsWith('.tar')) {
      command('tar', ['-cf', join(containerd.folder, 'image.tar'), '-C', tar, '.']);
      tar = join(containerd.folder, 'image.tar');
    }
    const base = `layerscope.test/${recipe.name}`;
    const options = ['--snapshotter', snapshotterOf(containerd), '--platform', 'linux/amd64', '--base-name', base];
    containerd.ctr(['images', 'import', ...options, ...args, tar]);
    return containerd
      .ctr(['images', 'ls', '-q'])
      .split('\n')
      .find((name) => name.startsWith(base))!;
  };

  const tree = (containerd: Containerd, chainId: string, now: bigint): readonly string[] => {
    const target = join(containerd.folder, 'tree');
    mkdirSync(target, { recursive: true });
    command('bash', ['-eu'], { input: snapshots(containerd, 'view', '--target', target, 'look', chainId) });
    try {
      return listing(hostTree(target), { now });
    } finally {
      command('umount', [target]);
      snapshots(containerd, 'rm', 'look');
    }
  };
  const calls = (method: string): readonly Readonly<Record<string, unknown>>[] =>
    layerscope.log().filter(({ msg }) => msg === method);

  // The transfer service unpacks in the daemon, `--local` in the client: the one asks the differ, the other the service.
  it.each([
    ...recipes.map((recipe) => [recipe.name, '--local=false', recipe] as const),
    [umociLayers.name, '--local', umociLayers] as const,
  ])('%s is unpacked alike with %s', async (_name, local, recipe) => {
    const begin = BigInt(Date.now()) * 1_000_000n;
    const applied = calls('Apply').length;
    for (const containerd of [ours, theirs]) await imported(containerd, recipe, local);
    const rows = snapshotRows(snapshots(ours, 'ls'));
    expect(rows).toEqual(snapshotRows(snapshots(theirs, 'ls')));
    for (const { key } of rows) {
      expect(differences(tree(ours, key, begin), tree(theirs, key, begin))).toEqual([]);
    }
    expect(calls('Apply').length).toBeGreaterThan(applied);
    for (const containerd of [ours, theirs]) {
      const images = containerd.ctr(['images', 'ls', '-q']).trim().split('\n');
      containerd.ctr(['images', 'rm', ...images]);
      for (const { key } of rows.toReversed()) snapshotsGone(containerd, key);
    }
  });

  /** Removes a snapshot, its children before it. */
  const snapshotsGone = (containerd: Containerd, key: string): void => {
    const rows = snapshotRows(snapshots(containerd, 'ls'));
    for (const child of rows.filter(({ parent }) => parent === key)) snapshotsGone(containerd, child.key);
    if (rows.some((row) => row.key === key)) snapshots(containerd, 'rm', key);
  };

  it('a layer made of a container is the same, byte for byte', async () => {
    const layers = [ours, theirs].map(async (containerd) => {
      const image = await imported(containerd, busybox, '--local=false');
      const snapshotter = ['--snapshotter', snapshotterOf(containerd)];
      containerd.ctr(['run', ...snapshotter, image, 'changes', '/bin/sh', '-euc', CHANGES]);
      const diff = (...args: readonly string[]): Buffer =>
        containerd.ctrBytes(['snapshots', ...snapshotter, 'diff', ...args, 'changes'], {
          // runc made a mount point, /run, at a time of its own.
          env: { SOURCE_DATE_EPOCH: '1700000000' },
        });
      return {
        gzip: diff('--keep', '--label', 'layerscope.test/note=kept'),
        plain: diff('--media-type', 'application/vnd.oci.image.layer.v1.tar'),
      };
    });
    const [ourLayer, theirLayer] = await Promise.all(layers);
    expect(differences(entries(ourLayer!.plain), entries(theirLayer!.plain))).toEqual([]);
    expect(ourLayer!.plain.equals(theirLayer!.plain)).toBe(true);
    expect(gunzipSync(ourLayer!.gzip).equals(theirLayer!.plain)).toBe(true);
    expect(ourLayer!.plain.length).toBeGreaterThan(3 << 20);
    expect(calls('Diff').length).toBe(2);
    const kept = ours.ctr(['content', 'ls']);
    expect(kept).toMatch(/containerd\.io\/uncompressed=sha256:\w+.*layerscope\.test\/note=kept/);
    // A second time the blob is there already.
    expect(() => ours.ctr(['snapshots', '--snapshotter', 'layerscope', 'diff', 'changes'])).not.toThrow();
    expect(readdirSync(join(layerscope.root, 'tmpmounts'))).toEqual([]);
  });

  it('says what is wrong, and leaves no mount and no directory', async () => {
    await expect(imported(ours, directoryBecameFile, '--local=false')).rejects.toThrow('not a directory');
    await expect(imported(ours, directoryBecameFile, '--local')).rejects.toThrow('not a directory');
    const diff = (...args: readonly string[]): string => snapshots(ours, 'diff', ...args);
    // What ours does not do the next differ is asked for.
    expect(diff('--media-type', 'application/vnd.oci.image.layer.v1.tar+zstd', 'changes')).not.toBe('');
    expect(() => diff('--media-type', 'text/plain', 'changes')).toThrow('unsupported diff media type: text/plain');
    expect(() => diff('nothing')).toThrow('not found');
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain('tmpmounts');
    expect(readdirSync(join(layerscope.root, 'tmpmounts'))).toEqual([]);
  });

  /** The digest of an image's first layer. */
  const firstLayer = (containerd: Containerd, name: string): string => {
    const content = (digest: string): Parsed => JSON.parse(containerd.ctr(['content', 'get', digest])) as Parsed;
    const row = containerd.ctr(['images', 'ls', `name==${name}`]).split('\n')[1]!;
    const top = content(row.split(/\s+/)[2]!);
    return (top.manifests === undefined ? top : content(top.manifests[0]!.digest)).layers![0]!.digest;
  };

  it('a layer that went bad in the store does not become a snapshot', async () => {
    for (const containerd of [ours, theirs]) {
      const blobs = join(containerd.folder, 'root/io.containerd.content.v1.content/blobs/sha256');
      const name = await imported(containerd, umociLayers, '--no-unpack');
      const before = snapshots(containerd, 'ls');
      const layer = join(blobs, firstLayer(containerd, name).slice('sha256:'.length));
      const bytes = readFileSync(layer);
      bytes[bytes.length >> 1]! ^= 1;
      writeFileSync(layer, bytes);
      const target = join(containerd.folder, 'mounted');
      mkdirSync(target, { recursive: true });
      const mount = ['images', 'mount', '--snapshotter', snapshotterOf(containerd), '--platform', 'linux/amd64'];
      expect(() => containerd.ctr([...mount, name, target])).toThrow(/gzip|flate|diff id|invalid/);
      expect(snapshots(containerd, 'ls')).toBe(before);
      containerd.ctr(['images', 'rm', name]);
    }
  });
});
