/**
 * One overlay mount of so many lower directories, against containerd's `mount.All`: same paths, same options, in turn.
 * Against that of 2.2, and against that of 1.6 where they differ: options too long for mount(2) take 1.6 a child process
 * that changes the directory, 2.2 a thread that does, which leaves little but the system call, the same for everyone.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createLinuxKernel } from '../../../host-adapter/dist/kernel/index.js';
import { median, missingPeer, startOldPeer, startPeer } from './peer.js';

const LOWERS = [1, 50, 128, 500];
const ROUNDS = 15;
/** Mounts of one side in a row, all in turn. */
const TIMES = 30;
/** Before anything is measured: Node compiles what is called often. */
const WARM_UP = 600;
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

const measure = async (parent, lowers, { theirs, old }) => {
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
  const askPeer = async (peer) => Number(await peer.ask(`${TIMES} ${target} ${options.join(' ')}`));
  const mountAll = async () => {
    let took = 0;
    for (let time = 0; time < TIMES; time++) took += await mount();
    return took;
  };
  try {
    for (let time = 0; time < WARM_UP; time++) await mount();
    const rounds = [];
    for (let round = 0; round < ROUNDS; round++) {
      rounds.push({ ours: await mountAll(), theirs: await askPeer(theirs), old: await askPeer(old) });
    }
    const row = (name, side) => ({
      row: name,
      ours: median(rounds.map(({ ours }) => ours)) / TIMES / 1000,
      theirs: median(rounds.map((round) => round[side])) / TIMES / 1000,
      unit: 'µs',
      ratio: median(rounds.map((round) => round.ours / round[side])),
    });
    return [row(`${lowers} lowers`, 'theirs'), row(`${lowers} lowers, 1.6`, 'old')];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

export const suite = {
  name: 'host-mounts',
  goals: [
    { row: '1 lowers', atMost: 1.1, of: 'ours / mount.All' },
    { row: '50 lowers, 1.6', atMost: 0.6, of: 'ours / mount.All' },
    { row: '128 lowers, 1.6', atMost: 0.75, of: 'ours / mount.All' },
    { row: '500 lowers', atMost: 1.1, of: 'ours / mount.All' },
  ],
  missing: () => missingPeer('2.2', '1.6'),
  run: async () => {
    const peers = { theirs: await startPeer('mounts'), old: await startOldPeer() };
    try {
      const rows = [];
      for (const lowers of LOWERS) rows.push(...(await measure('/dev/shm', lowers, peers)));
      return rows;
    } finally {
      for (const peer of Object.values(peers)) await peer.end();
    }
  },
};
