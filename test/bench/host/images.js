/**
 * What a user waits for, in one real containerd 2.2 with both: an image of ten layers pulled from a registry on loopback
 * and unpacked, and a container started, on our snapshotter and on containerd's own overlayfs.
 */
import { loadDaemons, missingContainerd } from './cases/daemons.js';
import { tenLayers } from './cases/ten-layers.js';
import { median } from './peer.js';

const PULLS = 5;
const STARTS = 15;
const SIDES = { ours: 'layerscope', theirs: 'overlayfs' };

const milliseconds = async (body) => {
  const begin = performance.now();
  await body();
  return performance.now() - begin;
};

/** `body` for both in turn, `times` after one that warms up; `after` is not counted. */
const inTurn = async (row, times, body, after = () => undefined) => {
  const figures = { ours: [], theirs: [] };
  for (let round = 0; round <= times; round++) {
    for (const [side, snapshotter] of Object.entries(SIDES)) {
      const took = await milliseconds(() => body(snapshotter, round));
      await after(snapshotter);
      if (round > 0) figures[side].push(took);
    }
  }
  const [ours, theirs] = [median(figures.ours), median(figures.theirs)];
  return { row, ours, theirs, unit: 'ms', ratio: ours / theirs };
};

const measure = async ({ startContainerd, startLayerscope, startRegistry }) => {
  const layerscope = await startLayerscope();
  const registry = await startRegistry();
  const configuration = layerscope.proxyPlugin('2.2');
  const containerd = await startContainerd({ release: '2.2', configuration, collectsGarbage: true });
  const { ctr } = containerd;
  try {
    const image = `${registry.host}/ten:1`;
    ctr(['images', 'import', '--no-unpack', tenLayers(containerd.folder, image)]);
    ctr(['images', 'push', '--plain-http', image]);
    const forget = () => {
      ctr(['images', 'rm', '--sync', image]);
      ctr(['content', 'prune', 'references']);
    };
    forget();
    const pull = (snapshotter) =>
      ctr(['images', 'pull', '--local', '--plain-http', '--snapshotter', snapshotter, image]);
    const pulled = await inTurn('pull and unpack 10 layers', PULLS, pull, forget);
    for (const snapshotter of Object.values(SIDES)) pull(snapshotter);
    const started = await inTurn('container start', STARTS, (snapshotter, round) =>
      ctr(['run', '--rm', '--snapshotter', snapshotter, image, `${snapshotter}-${round}`, '/bin/true']),
    );
    return [pulled, started];
  } finally {
    await containerd.stop();
    await registry.stop();
    await layerscope.stop();
  }
};

export const suite = {
  name: 'host-images',
  goals: [
    { row: 'pull and unpack 10 layers', atMost: 1.05, of: "time, ours / containerd's overlayfs" },
    { row: 'container start', atMost: 1.05, of: "time, ours / containerd's overlayfs" },
  ],
  missing: () => missingContainerd('root', 'docker-registry', 'busybox', 'runc', 'overlay-mount'),
  run: async () => measure(await loadDaemons()),
};
