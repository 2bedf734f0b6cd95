/**
 * An image's whole life with a real registry, once on our snapshotter and once on containerd's own overlayfs: pushed,
 * pulled, run, changed, committed, pushed and pulled again, deleted and collected. Trees and layers must be the same.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command, script } from '../../command.ts';
import { builtImage, busybox, umociLayers, type ImageRecipe } from '../../images/index.ts';
import { requires } from '../../requirements.ts';
import { hostTree } from '../../trees/host-tree.ts';
import { differences, listing } from '../../trees/record.ts';
import { startContainerd, type Containerd } from '../daemons/containerd.ts';
import { snapshotRows, type SnapshotRow } from '../daemons/ctr.ts';
import { layerscope as runLayerscope, startLayerscope, type Layerscope } from '../daemons/layerscope.ts';
import { startRegistry, type Registry } from '../daemons/registry.ts';
import { releases } from '../daemons/releases.ts';

const MINUTE = 60_000;
const SNAPSHOTTERS = ['layerscope', 'overlayfs'] as const;
type Name = (typeof SNAPSHOTTERS)[number];

/** Every way in which a container changes its files. */
const CHANGES = `
  echo changed >> /etc/motd; rm /etc/passwd; mkdir -p /made/in; echo new > /made/in/file; ln /made/in/file /made/link
  ln -s nowhere /made/dangling; mkfifo /made/pipe; chmod 1777 /made; chown 1000:3000 /made/in; mv /bin/busybox /bin/bb
  cp /bin/bb /bin/busybox; rm -r /tmp; echo now a file > /tmp; touch -d '2001-02-03 04:05:06' /made/in/file /etc
`;

const runnable = requires('root', 'docker-registry', 'umoci', ...busybox.needs, ...umociLayers.needs) ? releases() : [];

describe.each(runnable)('with a registry, containerd %s', (release) => {
  let folder: string | undefined;
  let registry: Registry;
  let layerscope: Layerscope;
  let containerd: Containerd;
  /** From here on times are the machine's own. */
  const begin = BigInt(Date.now()) * 1_000_000n;
  const ctr = (...args: readonly string[]): string => containerd.ctr(args);
  const snapshots = (name: Name, ...args: readonly string[]): string =>
    ctr('snapshots', '--snapshotter', name, ...args);
  const rows = (name: Name): readonly SnapshotRow[] => snapshotRows(snapshots(name, 'ls'));
  const called = (from = 0): readonly unknown[] =>
    layerscope
      .log()
      .slice(from)
      .map(({ msg }) => msg);
  const reference = (name: string): string => `${registry.host}/${name}`;

  const importLayout = (layout: string, name: string): string => {
    const tar = join(containerd.folder, 'image.tar');
    command('tar', ['-cf', tar, '-C', layout, '.']);
    ctr('images', 'import', '--no-unpack', '--platform', 'linux/amd64', '--base-name', 'layerscope.test/made', tar);
    const imported = ctr('images', 'ls', '-q')
      .trim()
      .split('\n')
      .find((each) => each.startsWith('layerscope.test/made'));
    ctr('images', 'tag', imported!, reference(name));
    ctr('images', 'rm', imported!);
    return reference(name);
  };
  const push = (image: string): string => ctr('images', 'push', '--plain-http', '--platform', 'linux/amd64', image);
  const pull = (name: Name, image: string): string =>
    ctr('images', 'pull', '--plain-http', '--platform', 'linux/amd64', '--snapshotter', name, image);
  /** Removes images, and waits until nothing of them is left anywhere. */
  const forget = (...images: readonly string[]): void => {
    ctr('images', 'rm', '--sync', ...images);
    ctr('content', 'prune', 'references');
  };

  /** A snapshot's tree as containerd mounts it. */
  const tree = (name: Name, chain: string): readonly string[] => {
    const target = join(containerd.folder, 'tree');
    mkdirSync(target, { recursive: true });
    command('bash', ['-eu'], { input: snapshots(name, 'view', '--target', target, 'looked-at', chain) });
    try {
      return listing(hostTree(target), { now: begin });
    } finally {
      command('umount', [target]);
      try {
        snapshots(name, 'rm', 'looked-at');
      } catch (error) {
        // Nothing refers to it: a collection was quicker.
        expect(String(error)).toContain('not found');
      }
      ctr('content', 'prune', 'references');
    }
  };
  const top = (name: Name): string => {
    const committed = rows(name).filter(({ kind }) => kind === 'Committed');
    return committed.find(({ key }) => !committed.some(({ parent }) => parent === key))!.key;
  };

  beforeAll(async () => {
    registry = await startRegistry();
    folder = mkdtempSync(join(tmpdir(), 'layerscope-registry-'));
    layerscope = await startLayerscope({ folder });
    containerd = await startContainerd({
      release,
      configuration: layerscope.proxyPlugin(release),
      collectsGarbage: true,
    });
  }, 3 * MINUTE);
  afterAll(async () => {
    await containerd?.stop();
    await layerscope?.stop();
    await registry?.stop();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }, MINUTE);

  it.each([umociLayers, busybox] as readonly ImageRecipe[])(
    '$name is pushed, pulled and unpacked alike',
    async (recipe) => {
      const image = importLayout(await builtImage(recipe), `${recipe.name}:1`);
      push(image);
      forget(image);
      expect(ctr('content', 'ls', '-q')).toBe('');
      for (const name of SNAPSHOTTERS) pull(name, image);
      const [ours, theirs] = SNAPSHOTTERS.map((name) => tree(name, top(name)));
      expect(differences(ours!, theirs!)).toEqual([]);
      expect(ours!.length).toBeGreaterThan(5);
      expect(rows('layerscope')).toEqual(rows('overlayfs'));
      forget(image);
      for (const name of SNAPSHOTTERS) expect(rows(name)).toEqual([]);
      expect(readdirSync(join(layerscope.root, 'snapshots'))).toEqual([]);
    },
  );

  it('a container is run, changed and committed to an image that others pull', async () => {
    const layout = await builtImage(busybox);
    const image = importLayout(layout, 'base:1');
    push(image);
    forget(image);

    // The same changes give the same layer.
    const listings = SNAPSHOTTERS.map((name) => {
      pull(name, image);
      ctr('run', '--snapshotter', name, image, `on-${name}`, '/bin/sh', '-euc', CHANGES);
      const layer = join(containerd.folder, `${name}.tar.gz`);
      writeFileSync(layer, containerd.ctrBytes(['snapshots', '--snapshotter', name, 'diff', `on-${name}`]));
      return command('tar', ['-tvzf', layer]).replace(/\d{4}-\d\d-\d\d \d\d:\d\d/g, (time) =>
        Date.parse(`${time}Z`) * 1e6 < Number(begin) - 6e13 ? time : 'now',
      );
    });
    expect(listings[0]).toContain('etc/.wh.passwd');
    expect(listings[0]).toBe(listings[1]);

    // What `nerdctl commit` does: the layer on top of the image's.
    const made = join(containerd.folder, 'committed');
    script(`cp -r "$layout" "$made"; gunzip -k "$layer"; umoci raw add-layer --image "$made:busybox" "\${layer%.gz}"`, {
      env: { layout, made, layer: join(containerd.folder, 'layerscope.tar.gz') },
    });
    const committed = importLayout(made, 'committed:1');
    push(committed);
    const before = rows('layerscope').filter(({ kind }) => kind === 'Committed').length;
    ctr('images', 'rm', '--sync', committed);
    for (const name of SNAPSHOTTERS) pull(name, committed);
    // The layers below were there; one was added.
    expect(rows('layerscope').filter(({ kind }) => kind === 'Committed')).toHaveLength(before + 1);
    const [ours, theirs] = SNAPSHOTTERS.map((name) => tree(name, top(name)));
    expect(differences(ours!, theirs!)).toEqual([]);
    expect(ours!.some((line) => line.startsWith('"made/in/file"'))).toBe(true);
    expect(ours!.some((line) => line.startsWith('"etc/passwd"'))).toBe(false);
    expect(ctr('run', '--rm', '--snapshotter', 'layerscope', committed, 'again', '/bin/cat', '/made/link')).toBe(
      'new\n',
    );
    for (const name of SNAPSHOTTERS) ctr('containers', 'rm', `on-${name}`);

    // Pulled again: it is all there. 1.6 asks for it; 2.x knows by its own metadata. The collection is no part of it.
    const calls = layerscope.log().length;
    pull('layerscope', committed);
    const asked = called(calls).filter((method) => !['List', 'Remove', 'Cleanup'].includes(String(method)));
    expect(new Set(asked)).toEqual(new Set(release === '1.6' ? ['Stat'] : asked.filter((method) => method === 'Stat')));
    forget(image, committed);
    expect(rows('layerscope')).toEqual([]);
  });

  it('two containers of one image share its layers and nothing else', async () => {
    const image = importLayout(await builtImage(busybox), 'shared:1');
    push(image);
    forget(image);
    pull('layerscope', image);
    const layers = rows('layerscope').length;
    const loop = 'while [ ! -e /end ]; do sleep 0.1; done';
    for (const id of ['one', 'two']) {
      ctr('run', '--detach', '--snapshotter', 'layerscope', image, id, '/bin/sh', '-c', `echo ${id} > /name; ${loop}`);
    }
    const inside = (id: string, text: string): string =>
      ctr('tasks', 'exec', '--exec-id', 'asked', id, '/bin/sh', '-c', text);
    for (const id of ['one', 'two']) await expect.poll(() => inside(id, 'cat /name')).toBe(`${id}\n`);
    inside('one', 'rm /etc/motd');
    expect(inside('two', 'cat /etc/motd')).toBe('welcome\n');
    expect(rows('layerscope')).toHaveLength(layers + 2);
    // An image that containers run on can go; its layers cannot.
    forget(image);
    expect(inside('one', 'ls /bin | wc -l')).toMatch(/^\d\d+\n$/);
    expect(rows('layerscope')).toHaveLength(layers + 2);
    for (const id of ['one', 'two']) {
      inside(id, 'touch /end');
      await expect.poll(() => ctr('tasks', 'ls')).toMatch(new RegExp(`${id}\\s+\\d+\\s+STOPPED`));
      ctr('tasks', 'rm', id);
      ctr('containers', 'rm', id);
    }
    ctr('content', 'prune', 'references');
    expect(rows('layerscope')).toEqual([]);
    expect(readdirSync(join(layerscope.root, 'snapshots'))).toEqual([]);
    expect(layerscope.log().filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
    await layerscope.stop();
    expect(runLayerscope('doctor', '--root', layerscope.root)).toContain('Nothing is wrong.');
  });
});
