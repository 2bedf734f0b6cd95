/**
 * A server that fails on purpose: `node faulty-server.mjs <root> <address>`. It works until a line `<method> <step> <fault>`
 * on its standard input tells otherwise: within the next call of that method, at that change of disk or metadata, it kills
 * itself (SIGKILL) or finds the disk full or broken (ENOSPC, EIO). `none` makes it work again. Says "ready" when it serves,
 * and after each line.
 */
import { createInterface } from 'node:readline';
import { fail, type ErrnoName } from '@layerscope/core/fs';
import { withFaults } from '@layerscope/core/kernel';
import type { MetaStore, Snapshotter } from '@layerscope/core/snapshots';
import { createOverlayfsSnapshotter } from '@layerscope/core/snapshotters';
import { createLinuxKernel } from '../../../host-adapter/src/kernel/index.ts';
import { openMetaStore } from '../../../host-adapter/src/metadata/index.ts';
import { recoverRoot } from '../../../host-adapter/src/recovery/index.ts';
import { claimSocket, serveSnapshots } from '../../../host-adapter/src/service/index.ts';

const [root = '', address = ''] = process.argv.slice(2);

let [method, at, fault] = ['', 0, 'none'];
let armed = false;
let steps = 0;
const step = (): void => {
  if (!armed || fault === 'none' || (steps += 1) !== at) return;
  if (fault === 'SIGKILL') process.kill(process.pid, 'SIGKILL');
  else fail(fault as ErrnoName, 'on purpose');
};

/** Also between the end of a transaction and its flush; and, where that can fail no call, between its flush and the answer. */
const withSteps = (store: MetaStore): MetaStore => ({
  ...store,
  write: async (body) => {
    const value = await store.write(async (tx) => {
      const result = await body(tx);
      step();
      return result;
    });
    if (fault === 'SIGKILL') step();
    return value;
  },
});

const store = withSteps(await openMetaStore(`${root}/metadata.mdb`));
const kernel = withFaults(createLinuxKernel(), step);
await recoverRoot({ root, design: 'overlayfs', kernel, store });
const inner = await createOverlayfsSnapshotter({ root, kernel, store });

/** Arms the fault when the method is called. */
const snapshotter = Object.fromEntries(
  Object.entries(inner).map(([name, call]) => [
    name,
    (...args: readonly unknown[]) => {
      if (name === method) armed = true;
      return (call as (...args: readonly unknown[]) => unknown)(...args);
    },
  ]),
) as unknown as Snapshotter;

await claimSocket(address);
await serveSnapshots({ snapshotter, address });
console.log('ready');
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const [name = '', number = '0', kind = 'none'] = line.split(' ');
    [method, at, fault] = [name, Number(number), kind];
    [armed, steps] = [false, 0];
    console.log('ready');
  })
  .on('close', () => process.exit());
