/**
 * An image committed and exported here is an image everywhere: skopeo reads it both ways, umoci and containerd unpack it
 * to the tree that the container saw.
 */
import { createReadStream, createWriteStream, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import * as hostFiles from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { O_CREAT, O_WRONLY, S_IFCHR, S_IFIFO, makedev } from '@layerscope/core/fs';
import { commitImage, exportArchive, type ResolvedImage } from '@layerscope/core/images';
import { createSandbox, type Sandbox } from '@layerscope/core/sandbox';
import { command } from '../../command.ts';
import { busybox, builtImage, dockerArchive, gzipArchive, umociLayers, zstdArchive } from '../../images/index.ts';
import { loadImage, newSandbox } from '../../sandbox-image.ts';
import { requires } from '../../requirements.ts';
import { coreTree } from '../../trees/core-tree.ts';
import { hostTree } from '../../trees/host-tree.ts';
import { differences, listing, type TreeRecord } from '../../trees/record.ts';
import { startContainerd, type Containerd } from '../daemons/containerd.ts';

const MINUTE = 60_000;
/** From here on times are those of this test, not of the images. */
const BEGIN = BigInt(Date.now()) * 1_000_000n;
const NAME = 'layerscope.test/committed:1';
const recipes = [gzipArchive, dockerArchive, zstdArchive] as const;

const skopeo = (...args: readonly string[]): string => command('skopeo', ['--insecure-policy', ...args]);

/** A tree as lines. Times of directories are left out: whoever puts a file into one changes them. */
const treeLines = (records: readonly TreeRecord[]): readonly string[] =>
  listing(records, { root: false, now: BEGIN }).map((line) =>
    / 4\d{4} /.test(line) ? line.replace(/ mtime \w+/, '') : line,
  );

/** Mounts a container of the image and changes it in every way a layer can tell. */
const changedContainer = async ({ kernel, snapshotter }: Sandbox, chainId: string): Promise<readonly string[]> => {
  await kernel.disk.mkdir('/container', 0o755);
  await kernel.mount(await snapshotter.prepare('container', chainId), '/container');
  const process = kernel.spawn({ root: '/container' });
  const write = (path: string, text: string): void => {
    const fd = process.open(path, O_WRONLY | O_CREAT, 0o644);
    process.write(fd, new TextEncoder().encode(text));
    process.close(fd);
  };
  write('/etc/motd', 'changed in the container\n');
  // Of all attributes a layer made by containerd's differ keeps security.capability only.
  process.removexattr('/etc/motd', 'user.note');
  write('/new file', 'new\n');
  process.chmod('/new file', 0o4711);
  process.chown('/new file', 3_000_000, 1000);
  process.link('/new file', '/etc/new link');
  process.symlink('../nowhere', '/etc/dangling too');
  process.mkdir('/made', 0o755);
  process.chmod('/made', 0o1777);
  process.mknod('/made/null', S_IFCHR | 0o666, makedev(1, 3));
  process.mknod('/made/pipe', S_IFIFO | 0o600, 0);
  process.unlink('/etc/link');
  process.unlink('/same/only');
  process.rmdir('/same');
  write('/same', 'a file where a directory was\n');
  process.unlink('/becomes-file');
  process.mkdir('/becomes-file', 0o700);
  process.setxattr('/new file', 'security.capability', Uint8Array.from([1, 0, 0, 2, 0, 4, ...Array(14).fill(0)]));
  const seen = treeLines(coreTree(await kernel.disk.tree('/container')));
  process.exit();
  await kernel.unmount('/container');
  return seen;
};

describe.skipIf(
  !requires('root', 'containerd', 'ctr', 'skopeo', 'umoci', 'overlay-mount', 'trusted-xattrs', ...umociLayers.needs),
)('an exported image', () => {
  let folder: string;
  let containerd: Containerd;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'layerscope-export-'));
    containerd = await startContainerd();
  }, 5 * MINUTE);
  afterAll(async () => {
    await containerd?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, MINUTE);

  // First: once containerd has a compressed form of the same layers, it puts that into the manifest instead.
  it('a docker archive gets the manifest that containerd gives it', async () => {
    const archive = await builtImage(dockerArchive);
    const { image } = await loadImage(await newSandbox('overlayfs'), createReadStream(archive), archive);
    containerd.ctr(['images', 'import', '--no-unpack', archive]);
    expect(containerd.ctr(['images', 'ls', `name==${dockerArchive.reference}`])).toContain(image.target.digest);
  });

  describe.each(recipes.map((recipe) => [recipe.name, recipe] as const))('of %s', (name, recipe) => {
    let path: string;
    let image: ResolvedImage;
    /** What the container saw. */
    let seen: readonly string[];
    beforeAll(async () => {
      const sandbox = await newSandbox('overlayfs');
      const base = await loadImage(sandbox, createReadStream(await builtImage(recipe)), name);
      seen = await changedContainer(sandbox, base.chainId);
      image = await commitImage(base.image, 'container', sandbox.content, sandbox, { createdBy: 'test' });
      path = join(folder, `${name}.tar`);
      await pipeline(
        Readable.from(exportArchive(sandbox.content, [{ names: [NAME], target: image.target }])),
        createWriteStream(path),
      );
    }, 5 * MINUTE);

    it('unpacks here to what the container saw', async () => {
      const loaded = await loadImage(await newSandbox('overlayfs'), createReadStream(path), path);
      expect(differences(treeLines(coreTree(await loaded.view())), seen)).toEqual([]);
    });

    it('is read by skopeo as an OCI layout and as a docker archive', () => {
      const layout = JSON.parse(skopeo('inspect', `oci-archive:${path}:1`));
      expect(layout).toMatchObject({
        Digest: image.target.digest,
        Architecture: 'amd64',
        Layers: image.layers.map(({ descriptor }) => descriptor.digest),
      });
      // The archive for docker: skopeo checks every layer against the diff IDs of the config while it copies.
      const copy = join(folder, `${name}-docker`);
      skopeo('copy', '-q', `docker-archive:${path}:${NAME}`, `dir:${copy}`);
      rmSync(copy, { recursive: true });
    });

    it('is unpacked by umoci to the same tree', () => {
      const layout = join(folder, `${name}-layout`);
      // umoci knows gzip and plain layers: skopeo makes the others into gzip.
      skopeo(
        'copy',
        '-q',
        `oci-archive:${path}:1`,
        `oci:${layout}:1`,
        '--dest-compress-format',
        'gzip',
        '--dest-decompress=false',
      );
      const bundle = join(folder, `${name}-bundle`);
      command('umoci', ['unpack', '--image', `${layout}:1`, bundle]);
      const theirs = treeLines(hostTree(join(bundle, 'rootfs')));
      expect(differences(seen, theirs)).toEqual([]);
      rmSync(bundle, { recursive: true });
    });

    it('is imported by containerd under the same digest and unpacked to the same tree', async () => {
      containerd.ctr(['images', 'import', '--platform', 'linux/amd64', '--digests', path]);
      expect(containerd.ctr(['images', 'ls', `name==${NAME}`])).toContain(image.target.digest);
      const target = join(containerd.folder, name);
      mkdirSync(target);
      const chainId = image.layers.at(-1)?.chainId ?? '';
      command('bash', ['-eu'], { input: containerd.ctr(['snapshots', 'view', '--target', target, name, chainId]) });
      try {
        expect(differences(seen, treeLines(hostTree(target)))).toEqual([]);
      } finally {
        command('umount', [target]);
      }
    });

    it('comes back from containerd and is the same image', async () => {
      containerd.ctr(['images', 'import', '--no-unpack', path]);
      const back = join(folder, `${name}-back.tar`);
      containerd.ctr(['images', 'export', back, NAME]);
      const again = await loadImage(await newSandbox('overlayfs'), createReadStream(back), back);
      expect(again.image.target.digest).toBe(image.target.digest);
    });
  });

  it('a layout directory is read through node:fs, and containerd runs what comes out', async () => {
    const sandbox = await createSandbox({ snapshotter: 'native' });
    const folderSource = { files: hostFiles, folder: await builtImage(busybox) };
    const base = await sandbox.importImage(folderSource, { name: 'busybox' });
    expect(base).toMatchObject({ format: 'oci', references: [busybox.reference] });
    await sandbox.unpack(base);
    const container = await sandbox.createContainer('container', base);
    await container.run(['sh', '-c', 'echo made in memory > /etc/motd']);
    await container.stop();
    const image = await commitImage(base, 'container', sandbox.content, sandbox);
    const path = join(folder, 'busybox.tar');
    const name = 'layerscope.test/busybox:made';
    await pipeline(
      Readable.from(exportArchive(sandbox.content, [{ names: [name], target: image.target }])),
      createWriteStream(path),
    );
    containerd.ctr(['images', 'import', '--platform', 'linux/amd64', path]);
    expect(containerd.ctr(['run', '--rm', name, 'run1', 'cat', '/etc/motd'])).toBe('made in memory\n');
  });
});
