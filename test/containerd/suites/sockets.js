/**
 * `node sockets.js <design> <kernel> <folder> <count>`: that many snapshotters of a design (overlayfs, native, btrfs) on a
 * kernel (linux: each with a root of its own in the folder and durable metadata; simulated: each on a machine in memory),
 * on the sockets `<folder>/0`, `<folder>/1`, …. One process, because each case of the suite wants an empty snapshotter.
 * Says "ready", and ends with its standard input.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { steppingClock } from '@layerscope/core/fs';
import { createSimulatedKernel } from '@layerscope/core/kernel';
import {
  createBtrfsSnapshotter,
  createNativeSnapshotter,
  createOverlayfsSnapshotter,
} from '@layerscope/core/snapshotters';
import { createLinuxKernel } from '../../../host-adapter/dist/kernel/index.js';
import { openMetaStore } from '../../../host-adapter/dist/metadata/index.js';
import { serveSnapshots } from '../../../host-adapter/dist/service/index.js';

const DESIGNS = {
  overlayfs: createOverlayfsSnapshotter,
  native: createNativeSnapshotter,
  btrfs: createBtrfsSnapshotter,
};

const [design, kernelName, folder, count] = process.argv.slice(2);
const create = DESIGNS[design];
const linux = kernelName === 'linux' ? createLinuxKernel() : undefined;
const clock = steppingClock(BigInt(Date.now()) * 1_000_000n);
const random = { bytes: (length) => randomBytes(length) };
const served = [];
for (let each = 0; each < Number(count); each++) {
  const root = join(folder, `root-${each}`);
  const kernel = linux ?? createSimulatedKernel({ clock, random });
  await kernel.disk.mkdir(root, 0o700);
  const store = linux === undefined ? {} : { store: await openMetaStore(join(root, 'metadata.mdb')) };
  const snapshotter = await create({ root, kernel, ...store });
  served.push({ snapshotter, server: await serveSnapshots({ snapshotter, address: join(folder, `${each}`) }) });
}
console.log('ready');
process.stdin.resume().once('end', async () => {
  for (const { server, snapshotter } of served) {
    await server.drain(5);
    await snapshotter.close();
  }
});
