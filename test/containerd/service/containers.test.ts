/** `layerscope serve` behind real containerd, on real mounts. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command } from '../../command.ts';
import { builtImage, busybox, demo } from '../../images/index.ts';
import { requires } from '../../requirements.ts';
import { startContainerd, type Containerd } from '../daemons/containerd.ts';
import { printedMounts, snapshotRows } from '../daemons/ctr.ts';
import { startLayerscope, type Layerscope } from '../daemons/layerscope.ts';
import { releases } from '../daemons/releases.ts';

const MINUTE = 60_000;
const NEEDED = ['root', 'containerd', 'ctr', 'runc', 'overlay-mount', ...busybox.needs, ...demo.needs] as const;

const BOTH = ['overlayfs', 'native'] as const;
const behind = requires(...NEEDED) ? releases().flatMap((release) => BOTH.map((name) => [name, release] as const)) : [];

describe.each(behind)('%s behind containerd %s', (name, release) => {
  let layerscope: Layerscope;
  let containerd: Containerd;
  const snapshots = (...args: readonly string[]): string =>
    containerd.ctr(['snapshots', '--snapshotter', 'layerscope', ...args]);

  beforeAll(async () => {
    layerscope = await startLayerscope({ args: ['--snapshotter', name] });
    containerd = await startContainerd({
      release,
      configuration: layerscope.proxyPlugin(release),
      collectsGarbage: true,
    });
  }, MINUTE);
  afterAll(async () => {
    await containerd?.stop();
    await layerscope?.stop();
  }, MINUTE);

  it('every command of ctr snapshots', () => {
    snapshots('prepare', 'first');
    expect(() => snapshots('prepare', 'first')).toThrow('snapshot "first": already exists');
    snapshots('commit', 'base', 'first');
    snapshots('prepare', 'work', 'base');
    snapshots('view', 'look', 'base');
    expect(snapshotRows(snapshots('ls'))).toEqual([
      { key: 'base', parent: '', kind: 'Committed' },
      { key: 'look', parent: 'base', kind: 'View' },
      { key: 'work', parent: 'base', kind: 'Active' },
    ]);
    expect(snapshots('tree')).toBe(' base\n  \\_ look\n  \\_ work\n');
    expect(JSON.parse(snapshots('info', 'work'))).toMatchObject({ Kind: 'Active', Name: 'work', Parent: 'base' });
    expect(snapshots('usage', 'base')).toMatch(/^KEY\s+SIZE\s+INODES\s*\nbase\s+4\.0 KiB\s+1\s*$/);
    snapshots('label', 'work', 'containerd.io/snapshot/colour=green');
    expect(JSON.parse(snapshots('info', 'work')).Labels).toMatchObject({ 'containerd.io/snapshot/colour': 'green' });
    const [mount] = printedMounts(snapshots('mounts', '/target', 'work'));
    expect(mount?.type).toBe(name === 'native' ? 'bind' : 'overlay');
    expect(() => snapshots('rm', 'base')).toThrow('cannot remove snapshot with child: failed precondition');
    for (const key of ['look', 'work', 'base']) snapshots('rm', key);
    expect(snapshotRows(snapshots('ls'))).toEqual([]);
  });

  it('an image is imported, run twice and changed', async () => {
    const layout = await builtImage(busybox);
    const tar = join(containerd.folder, 'busybox.tar');
    command('tar', ['-cf', tar, '-C', layout, '.']);
    containerd.ctr(['images', 'import', '--snapshotter', 'layerscope', '--platform', 'linux/amd64', tar]);
    const reference = containerd.ctr(['images', 'ls', '-q']).trim();
    const run = (id: string, ...args: readonly string[]): string =>
      containerd.ctr(['run', '--rm', '--snapshotter', 'layerscope', reference, id, ...args]);
    expect(run('one', '/bin/sh', '-c', 'echo changed > /note; cat /note; ls / | wc -l')).toMatch(/^changed\n\d+\n$/);
    // The first container's change is its own.
    expect(() => run('two', '/bin/cat', '/note')).toThrow('No such file or directory');
    const top = snapshotRows(snapshots('ls')).findLast(({ kind }) => kind === 'Committed')!;
    const target = join(containerd.folder, 'mounted');
    mkdirSync(target);
    snapshots('view', 'look', top.key);
    const [mount] = printedMounts(snapshots('mounts', target, 'look'));
    command('mount', ['-t', mount!.type, mount!.source, target, '-o', mount!.options.join(',')]);
    try {
      expect(readdirSync(join(target, 'bin'))).toContain('sh');
    } finally {
      command('umount', [target]);
    }
  });

  it('collects garbage down to the directories', async () => {
    snapshots('prepare', 'forgotten');
    const before = readdirSync(join(layerscope.root, 'snapshots')).length;
    snapshots('rm', 'forgotten');
    containerd.ctr(['content', 'prune', 'references']);
    expect(readdirSync(join(layerscope.root, 'snapshots')).length).toBeLessThan(before);
    const methods = layerscope.log().map(({ msg }) => msg);
    expect(methods.slice(methods.lastIndexOf('List'))).toContain('Cleanup');
  });

  it('one line a call: method, key, parent, milliseconds, result', () => {
    const lines = layerscope.log().filter(({ msg }) => msg === 'Prepare');
    expect(lines[0]).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      // Debian's 1.6 does not say in whose name it calls.
      ...(release === '1.6' ? {} : { namespace: 'test' }),
      key: expect.stringMatching(/^test\/\d+\/first$/),
      parent: '',
      ms: expect.any(Number),
      result: 'OK',
      msg: 'Prepare',
    });
  });
});

const ctr = (address: string, ...args: readonly string[]): string =>
  command('ctr', ['-a', address, 'snapshots', ...args]);

describe.skipIf(!requires('root', 'ctr'))('a server that ends', () => {
  it(
    'comes back with everything, and its socket is gone meanwhile',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'layerscope-restart-'));
      try {
        const first = await startLayerscope({ folder });
        ctr(first.address, 'prepare', 'key');
        const mounts = ctr(first.address, 'mounts', '/target', 'key');
        expect(await first.stop('SIGTERM')).toBe(0);
        expect(
          first
            .log()
            .map(({ msg }) => msg)
            .slice(-2),
        ).toEqual(['draining', 'stopped']);
        expect(existsSync(first.address)).toBe(false);

        const second = await startLayerscope({ folder });
        expect(ctr(second.address, 'mounts', '/target', 'key')).toBe(mounts);
        await second.stop('SIGKILL');
        // It could not take its socket away: the next one sees that nobody listens.
        expect(existsSync(second.address)).toBe(true);
        const third = await startLayerscope({ folder });
        try {
          expect(ctr(third.address, 'mounts', '/target', 'key')).toBe(mounts);
          await expect(startLayerscope({ folder })).rejects.toThrow(`process ${third.pid} (`);
          const other = join(folder, 'other.sock');
          await expect(startLayerscope({ folder, args: ['--address', other] })).rejects.toThrow(/metadata/);
        } finally {
          await third.stop();
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    MINUTE,
  );
});

describe.each(requires(...NEEDED) ? releases() : [])('a running container of containerd %s', (release) => {
  it(
    'does not notice that the server is killed and comes back',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'layerscope-restart-'));
      let server: Layerscope | undefined = await startLayerscope({ folder });
      let containerd: Containerd | undefined;
      try {
        containerd = await startContainerd({ release, configuration: server.proxyPlugin(release) });
        const tar = join(containerd.folder, 'busybox.tar');
        command('tar', ['-cf', tar, '-C', await builtImage(busybox), '.']);
        containerd.ctr(['images', 'import', '--snapshotter', 'layerscope', '--platform', 'linux/amd64', tar]);
        const reference = containerd.ctr(['images', 'ls', '-q']).trim();
        const loop = ['/bin/sh', '-c', 'echo begun > /note; while true; do sleep 1; done'];
        containerd.ctr(['run', '--detach', '--snapshotter', 'layerscope', reference, 'stays', ...loop]);
        const inside = (script: string): string =>
          containerd!.ctr(['tasks', 'exec', '--exec-id', 'asked', 'stays', '/bin/sh', '-c', script]);
        await expect.poll(() => inside('cat /note'), { timeout: 10_000 }).toBe('begun\n');

        await server.stop('SIGKILL');
        expect(inside('echo meanwhile >> /note; cat /note')).toBe('begun\nmeanwhile\n');
        server = await startLayerscope({ folder });
        expect(server.log().filter(({ level }) => level === 'warn')).toEqual([]);
        expect(inside('cat /note')).toBe('begun\nmeanwhile\n');
        // containerd waits up to three seconds before it connects again.
        await expect
          .poll(() => containerd!.ctr(['snapshots', '--snapshotter', 'layerscope', 'usage', 'stays']), {
            timeout: 10_000,
          })
          .toMatch(/stays/);
        containerd.ctr(['tasks', 'kill', '--signal', 'SIGKILL', 'stays']);
        await expect.poll(() => containerd!.ctr(['tasks', 'ls']), { timeout: 10_000 }).toContain('STOPPED');
        containerd.ctr(['tasks', 'rm', 'stays']);
        containerd.ctr(['containers', 'rm', 'stays']);
      } finally {
        await containerd?.stop();
        await server?.stop();
        rmSync(folder, { recursive: true, force: true });
      }
    },
    MINUTE,
  );
});
