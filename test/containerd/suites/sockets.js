/**
 * `node sockets.js <overlayfs|native> <folder> <count>`: that many snapshotters on Linux, each with a root of its own and
 * durable metadata, on the sockets `<folder>/0`, `<folder>/1`, …. One process, because each case of the suite wants an
 * empty snapshotter. Says "ready", and ends with its standard input.
 */
import { join } from 'node:path';
import { createNativeSnapshotter, createOverlayfsSnapshotter } from '@layerscope/core/snapshotters';
import { createLinuxKernel } from '../../../host-adapter/dist/kernel/index.js';
import { openMetaStore } from '../../../host-adapter/dist/metadata/index.js';
import { serveSnapshots } from '../../../host-adapter/dist/service/index.js';

const [name, folder, count] = process.argv.slice(2);
const create = name === 'native' ? createNativeSnapshotter : createOverlayfsSnapshotter;
const kernel = createLinuxKernel();
const served = [];
for (let each = 0; each < Number(count); each++) {
  const root = join(folder, `root-${each}`);
  await kernel.disk.mkdir(root, 0o700);
  const snapshotter = await create({ root, kernel, store: await openMetaStore(join(root, 'metadata.mdb')) });
  served.push({ snapshotter, server: await serveSnapshots({ snapshotter, address: join(folder, `${each}`) }) });
}
console.log('ready');
process.stdin.resume().once('end', async () => {
  for (const { server, snapshotter } of served) {
    await server.drain(5);
    await snapshotter.close();
  }
});
