/**
 * Containers with a user namespace where there are no id-mapped mounts: what containerd 2.2 does on our overlayfs is what
 * it does on its own snapshotter that has none (native).
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command } from '../../command.ts';
import { requires } from '../../requirements.ts';
import { busyboxArchive } from '../ctr/busybox-archive.ts';
import { startContainerd, type Containerd } from '../daemons/containerd.ts';
import { layerscope as run, startLayerscope, type Layerscope } from '../daemons/layerscope.ts';
import { hasRelease } from '../daemons/releases.ts';
import { snapshotRows } from '../daemons/ctr.ts';

const MINUTE = 60_000;
const MAPPED = ['--uidmap', '0:100000:65536', '--gidmap', '0:100000:65536', '--remap-labels'];

const ready = requires('root', 'busybox', 'tar') && hasRelease('2.2');

describe.skipIf(!ready)('user namespaces on a file system without id-mapped mounts', () => {
  /** ramfs has none. */
  let ramfs: string;

  beforeAll(() => {
    ramfs = mkdtempSync(join(tmpdir(), 'layerscope-ramfs-'));
    execFileSync('mount', ['-t', 'ramfs', 'ramfs', ramfs]);
    busyboxArchive(ramfs);
  }, MINUTE);
  afterAll(() => {
    execFileSync('umount', [ramfs]);
    rmSync(ramfs, { recursive: true });
  });

  /** A containerd whose `layerscope` is ours with `flags`, in a folder of its own on the ramfs. */
  const withBoth = async (
    name: string,
    flags: readonly string[],
    capabilities: readonly string[],
    body: (containerd: Containerd, ours: Layerscope) => void,
  ): Promise<void> => {
    const folder = join(ramfs, name);
    mkdirSync(folder);
    const ours = await startLayerscope({ folder, args: flags });
    try {
      // The container's root, who is nobody outside, has to reach his root directory.
      const outside = mkdtempSync(join(tmpdir(), 'layerscope-containerd-'));
      chmodSync(outside, 0o711);
      const configuration = ours.proxyPlugin('2.2', ...capabilities);
      const containerd = await startContainerd({ release: '2.2', folder: outside, configuration });
      try {
        body(containerd, ours);
      } finally {
        await containerd.stop();
      }
    } finally {
      await ours.stop();
    }
  };

  const imported = (containerd: Containerd, snapshotter: string): string => {
    const options = [
      '--snapshotter',
      snapshotter,
      '--platform',
      'linux/amd64',
      '--base-name',
      'layerscope.test/mapped',
    ];
    containerd.ctr(['images', 'import', '--local', ...options, join(ramfs, 'busybox.tar')]);
    return containerd.ctr(['images', 'ls', '-q']).trim().split('\n')[0]!;
  };

  it('are refused at the start of a server that is asked for such mounts', async () => {
    const folder = join(ramfs, 'refused');
    mkdirSync(folder);
    await expect(startLayerscope({ folder, args: ['--remap-ids'] })).rejects.toThrow('no id-mapped mounts');
  });

  it('get copies of their files with --slow-chown, as on a snapshotter that cannot map', async () => {
    await withBoth('slow', ['--remap-ids', '--slow-chown'], ['--capability', 'rebase'], (containerd, ours) => {
      const asked = ['--root', ours.root, '--config-version', '3', '--remap-ids', '--slow-chown'];
      expect(run('config', 'containerd', ...asked)).toContain('capabilities = ["rebase"]\n');
      const seen = ['layerscope', 'native'].map((snapshotter) => {
        const name = imported(containerd, snapshotter);
        const owners = [
          '/bin/sh',
          '-c',
          'busybox stat -c "%u:%g %n" / /bin /bin/busybox; echo x > /made; cat /proc/self/uid_map',
        ];
        const inside = containerd.ctr([
          'run',
          ...MAPPED,
          '--snapshotter',
          snapshotter,
          name,
          `c-${snapshotter}`,
          ...owners,
        ]);
        const rows = snapshotRows(containerd.ctr(['snapshots', '--snapshotter', snapshotter, 'ls'])).map(
          ({ key, parent, kind }) => ({ key: key.replace(`c-${snapshotter}`, 'container'), parent, kind }),
        );
        const target = join(containerd.folder, `look-${snapshotter}`);
        mkdirSync(target);
        const mounts = containerd.ctr([
          'snapshots',
          '--snapshotter',
          snapshotter,
          'mounts',
          target,
          `c-${snapshotter}`,
        ]);
        command('bash', ['-eu'], { input: mounts });
        try {
          return {
            inside,
            rows,
            outside: command('stat', ['-c', '%u:%g', ...['', 'bin', 'made'].map((path) => join(target, path))]),
          };
        } finally {
          command('umount', [target]);
        }
      });
      expect(seen[0]).toEqual(seen[1]);
      expect(seen[0]!.outside).toBe('100000:100000\n100000:100000\n100000:100000\n');
      expect(ours.log().some(({ msg }) => String(msg).includes('containerd chowns copies'))).toBe(true);
    });
  });

  it('are refused by containerd when that is not allowed', async () => {
    await withBoth('strict', [], ['--capability', 'only-remap-ids'], (containerd) => {
      const name = imported(containerd, 'layerscope');
      const mapped = ['run', ...MAPPED, '--snapshotter', 'layerscope', name, 'refused', '/bin/true'];
      expect(() => containerd.ctr(mapped)).toThrow('configure `slow_chown`');
    });
  });
});
