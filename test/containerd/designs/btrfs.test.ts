/** Containers on subvolumes: `layerscope serve --snapshotter btrfs` behind real containerd, on a btrfs in a file. */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requires } from '../../requirements.ts';
import { createBtrfsImage, type BtrfsImage } from '../../conformance/btrfs-image.ts';
import { busyboxArchive } from '../ctr/busybox-archive.ts';
import { startContainerd, type Containerd } from '../daemons/containerd.ts';
import { printedMounts } from '../daemons/ctr.ts';
import { layerscope as runLayerscope, startLayerscope, type Layerscope } from '../daemons/layerscope.ts';
import { hasRelease } from '../daemons/releases.ts';

const MINUTE = 60_000;

describe.skipIf(!requires('root', 'busybox', 'tar', 'mkfs.btrfs') || !hasRelease('2.2'))(
  'btrfs behind containerd',
  () => {
    let image: BtrfsImage;
    let folder: string;
    let server: Layerscope | undefined;
    let containerd: Containerd | undefined;
    const ctr = (...args: readonly string[]): string => containerd!.ctr(args);
    const subvolumes = (): Readonly<Record<string, number>> =>
      Object.fromEntries(
        ['active', 'view', 'snapshots'].map((kind) => [kind, readdirSync(join(server!.root, kind)).length]),
      );

    beforeEach(async () => {
      image = createBtrfsImage();
      folder = join(image.mounted, 'node');
      mkdirSync(folder);
      busyboxArchive(folder);
      server = await startLayerscope({ folder, args: ['--snapshotter', 'btrfs'] });
      const configuration = server.proxyPlugin('2.2');
      containerd = await startContainerd({ release: '2.2', configuration, collectsGarbage: true });
    }, MINUTE);
    afterEach(async () => {
      await containerd?.stop();
      await server?.stop();
      image?.remove();
    }, MINUTE);

    it(
      'runs containers on subvolumes of their own, over a restart, and gives all of them back',
      async () => {
        ctr(
          'images',
          'import',
          '--snapshotter',
          'layerscope',
          '--platform',
          'linux/amd64',
          join(folder, 'busybox.tar'),
        );
        const name = ctr('images', 'ls', '-q').trim();
        const run = (id: string, script: string): string =>
          ctr('run', '--snapshotter', 'layerscope', name, id, '/bin/sh', '-c', script);
        expect(run('one', 'echo mine > /note; rm /bin/ls; cat /note')).toBe('mine\n');
        // The layer that both stand on is as it was.
        expect(run('two', 'ls /bin/ls; cat /note || echo none')).toBe('/bin/ls\nnone\n');
        expect(subvolumes()).toEqual({ active: 2, view: 0, snapshots: 1 });
        const [mount] = printedMounts(ctr('snapshots', '--snapshotter', 'layerscope', 'mounts', '/target', 'one'));
        expect(mount).toMatchObject({ type: 'btrfs', options: [expect.stringMatching(/^subvolid=\d+$/)] });

        await server!.stop('SIGKILL');
        server = await startLayerscope({ folder, args: ['--snapshotter', 'btrfs'] });
        expect(server.log().filter(({ level }) => level !== 'info')).toEqual([]);
        // containerd waits up to three seconds before it connects again.
        await expect
          .poll(() => ctr('snapshots', '--snapshotter', 'layerscope', 'usage', 'one'), { timeout: 10_000 })
          .toMatch(/\none +[1-9]/);
        ctr('containers', 'rm', 'one', 'two');
        ctr('images', 'rm', '--sync', name);
        ctr('content', 'prune', 'references');
        expect(subvolumes()).toEqual({ active: 0, view: 0, snapshots: 0 });
        await server.stop();
        expect(runLayerscope('doctor', '--root', server.root)).toContain('Nothing is wrong.');
      },
      2 * MINUTE,
    );
  },
);
