/** Options of `layerscope serve`: those of a file, each as containerd's own of that name, and the one that a place asks for. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { remoteSnapshotter } from '../../../host-adapter/src/service/index.ts';
import { requires } from '../../requirements.ts';
import { startLayerscope, type Layerscope } from '../daemons/layerscope.ts';

const OPTIONS = `
snapshotter = "overlayfs"
upperdir_label = true
sync_remove = true
mount_options = ["volatile"]
metrics = "127.0.0.1:0"
log_level = "error"   # the command line, which goes before it, says info
`;

it.skipIf(!requires('root', 'linux', 'overlay-mount'))('options of a file are obeyed, and metrics told', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'layerscope-options-'));
  const file = join(folder, 'layerscope.toml');
  writeFileSync(file, OPTIONS);
  let server: Layerscope | undefined;
  try {
    server = await startLayerscope({ folder, args: ['--config', file, '--log-level', 'info'] });
    const snapshotter = remoteSnapshotter({ address: server.address, snapshotter: 'layerscope' });
    await snapshotter.prepare('making', '');
    await snapshotter.commit('base', 'making');
    const [mount] = await snapshotter.prepare('work', 'base');
    const upper = join(server.root, 'snapshots', '2', 'fs');
    expect(mount!.options).toContain('volatile');
    expect((await snapshotter.stat('work')).labels).toEqual({ 'containerd.io/snapshot/overlay.upperdir': upper });
    const { metrics } = server.log().find(({ msg }) => msg === 'serving') as { readonly metrics: string };
    const told = async (): Promise<string> => (await fetch(metrics)).text();
    expect(await told()).toContain('layerscope_snapshots{kind="active"} 1\n');
    await snapshotter.remove('work');
    // Without waiting for a collection.
    expect(existsSync(upper)).toBe(false);
    const text = await told();
    for (const line of [
      'layerscope_snapshots{kind="active"} 0',
      'layerscope_snapshots{kind="committed"} 1',
      'layerscope_calls_total{method="Prepare",result="OK"} 2',
      'layerscope_call_seconds_count{method="Remove"} 1',
    ]) {
      expect(text).toContain(`${line}\n`);
    }
    await snapshotter.close();
  } finally {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

/** In it root may not write `trusted.*` attributes. */
const USER_NAMESPACE = ['unshare', '--user', '--map-root-user', '--mount'] as const;
const mayUnshare = (): boolean => spawnSync(USER_NAMESPACE[0], [...USER_NAMESPACE.slice(1), 'true']).status === 0;

it.skipIf(!requires('root', 'linux', 'overlay-mount') || !mayUnshare())(
  'overlays of a server in a user namespace have userxattr, as those of containerd',
  async () => {
    const server = await startLayerscope({ by: USER_NAMESPACE });
    try {
      const snapshotter = remoteSnapshotter({ address: server.address, snapshotter: 'layerscope' });
      await snapshotter.prepare('making', '');
      await snapshotter.commit('base', 'making');
      const [mount] = await snapshotter.prepare('work', 'base');
      expect(mount!.options).toContain('userxattr');
      await snapshotter.close();
    } finally {
      await server.stop();
    }
  },
);
