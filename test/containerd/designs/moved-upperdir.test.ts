/** The worked example as its reader uses it: served from its file, behind a containerd that runs containers on it. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requires } from '../../requirements.ts';
import { busyboxArchive } from '../ctr/busybox-archive.ts';
import { startContainerd, type Containerd } from '../daemons/containerd.ts';
import { startLayerscope, type Layerscope } from '../daemons/layerscope.ts';
import { hasRelease } from '../daemons/releases.ts';

const MINUTE = 60_000;
const EXAMPLE = fileURLToPath(new URL('../../../host-adapter/examples/moved-upperdir.ts', import.meta.url));
const LABELLED = ['--snapshotter-label', 'containerd.io/snapshot/upperdir=volume'] as const;

describe.skipIf(!requires('root', 'busybox', 'tar') || !hasRelease('2.2'))(
  'moved upper directories behind containerd',
  () => {
    let folder: string;
    let volume: string;
    let server: Layerscope | undefined;
    let containerd: Containerd | undefined;

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'layerscope-moved-'));
      volume = join(folder, 'volume');
      mkdirSync(volume);
      busyboxArchive(folder);
    });
    afterEach(async () => {
      await containerd?.stop();
      await server?.stop();
      rmSync(folder, { recursive: true, force: true });
    }, MINUTE);

    const start = async (env: Readonly<Record<string, string>>): Promise<Containerd> => {
      const settings = { UPPERDIR_VOLUME: volume, ...env };
      server = await startLayerscope({ folder, args: ['--snapshotter', EXAMPLE], env: settings });
      const configuration = server.proxyPlugin('2.2');
      containerd = await startContainerd({ release: '2.2', configuration, collectsGarbage: true });
      const archive = join(folder, 'busybox.tar');
      containerd.ctr(['images', 'import', '--snapshotter', 'layerscope', '--platform', 'linux/amd64', archive]);
      return containerd;
    };
    /** A container that writes its name into a file. */
    const run = (id: string, ...options: readonly string[]): void => {
      const writes = `/bin/echo ${id} > /written`;
      const image = containerd!.ctr(['images', 'ls', '-q']).trim();
      containerd!.ctr(['run', '--snapshotter', 'layerscope', ...options, image, id, '/bin/sh', '-c', writes]);
    };
    const remove = (...ids: readonly string[]): void => {
      for (const id of ids) containerd!.ctr(['containers', 'rm', id]);
      containerd!.ctr(['content', 'prune', 'references']);
    };
    /** Whose writes are on the volume. */
    const moved = (): readonly string[] =>
      readdirSync(volume)
        .map((home) => readFileSync(join(volume, home, 'fs', 'written'), 'utf8').trim())
        .toSorted();

    it(
      'are those of the containers that key or label choose, and go with them',
      async () => {
        await start({ UPPERDIR_KEYS: '/web-' });
        run('web-1');
        run('labelled', ...LABELLED);
        run('other');
        expect(moved()).toEqual(['labelled', 'web-1']);
        const left = readdirSync(join(server!.root, 'snapshots')).filter((id) =>
          existsSync(join(server!.root, 'snapshots', id, 'fs', 'written')),
        );
        expect(left).toHaveLength(1);
        remove('web-1', 'labelled', 'other');
        expect(readdirSync(volume)).toEqual([]);
      },
      MINUTE,
    );

    it(
      'are those of the label alone where no keys are told, and outlive their containers when they are to',
      async () => {
        await start({ UPPERDIR_KEEP: 'yes' });
        run('web-1');
        run('labelled', ...LABELLED);
        remove('web-1', 'labelled');
        run('labelled', ...LABELLED);
        expect(moved()).toEqual(['labelled', 'labelled']);
      },
      MINUTE,
    );
  },
);
