/** One overlay mount of so many lower directories, against containerd's `mount.All`: same paths, same options, in turn. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createLinuxKernel } from '../../../host-adapter/dist/kernel/index.js';
import { median, missingPeer, startPeer } from './peer.js';

const LOWERS = [1, 50, 128, 500];
const ROUNDS = 7;
/** Mounts of one side in a row, the two in turn. */
const TIMES = 40;
/** As long as containerd's. */
const DEEP = 'var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots';

const overlay = (folder, lowers) => {
  const path = (name) => {
    mkdirSync(`${folder}/${name}`, { recursive: true });
    return `${folder}/${name}`;
  };
  const layers = Array.from({ length: lowers }, (_, index) => path(`${DEEP}/${index}/fs`));
  return [
    `workdir=${path(`${DEEP}/top/work`)}`,
    `upperdir=${path(`${DEEP}/top/fs`)}`,
    `lowerdir=${layers.join(':')}`,
    'index=off',
  ];
};

const measure = async (parent, lowers, peer) => {
  const folder = mkdtempSync(`${parent}/layerscope-bench-`);
  const target = `${folder}/target`;
  mkdirSync(target);
  const options = overlay(folder, lowers);
  const kernel = createLinuxKernel();
  const mount = async () => {
    const begin = process.hrtime.bigint();
    await kernel.mount([{ type: 'overlay', source: 'overlay', options }], target);
    const took = Number(process.hrtime.bigint() - begin);
    await kernel.unmount(target);
    return took;
  };
  try {
    const figures = { ours: [], theirs: [] };
    for (let round = 0; round <= ROUNDS; round++) {
      let ours = 0;
      for (let time = 0; time < TIMES; time++) ours += await mount();
      const theirs = Number(await peer.ask(`${TIMES} ${target} ${options.join(' ')}`));
      // The first round warms up both.
      if (round === 0) continue;
      figures.ours.push(ours / TIMES / 1000);
      figures.theirs.push(theirs / TIMES / 1000);
    }
    const [ours, other] = [median(figures.ours), median(figures.theirs)];
    return { row: `${lowers} lowers`, ours, theirs: other, unit: 'µs', ratio: ours / other };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

export const suite = {
  name: 'host-mounts',
  goals: [
    { row: '1 lowers', atMost: 1.1, of: 'ours / mount.All' },
    { row: '50 lowers', atMost: 0.6, of: 'ours / mount.All' },
    { row: '128 lowers', atMost: 0.75, of: 'ours / mount.All' },
    { row: '500 lowers', atMost: 1.1, of: 'ours / mount.All' },
  ],
  missing: missingPeer,
  run: async () => {
    const theirs = await startPeer('mounts');
    try {
      const rows = [];
      for (const lowers of LOWERS) rows.push(await measure('/dev/shm', lowers, theirs));
      return rows;
    } finally {
      await theirs.end();
    }
  },
};
