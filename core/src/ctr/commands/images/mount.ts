import { resolveImage, unpackImage } from '../../../images/index.ts';
import { isClass } from '../../../snapshots/index.ts';
import { SNAPSHOTTER_FLAG, type CtrCommand } from '../../line/command.ts';
import { secondsText } from '../../print/units.ts';
import { refuse } from '../support/failure.ts';
import { snapshotterName } from '../support/snapshotter-name.ts';

const DAY = 86_400_000_000_000n;

/**
 * Mounts an image: a view (or, with `--rw`, an active snapshot) whose key is the target, held by a lease of the same name
 * for a day.
 */
export const mountImage: CtrCommand = {
  names: ['mount'],
  usage: 'mount an image to a target path',
  arguments: '[flags] <ref> <target>',
  flags: [SNAPSHOTTER_FLAG, { names: ['rw'], type: 'bool', usage: 'Enable write support on the mount' }],
  run: async (session) => {
    const {
      node,
      client: owner,
      operands: [ref = '', target = ''],
      has,
      print,
    } = session;
    if (ref === '') refuse('please provide an image reference to mount');
    if (target === '') refuse('please provide a target path to mount to');
    const name = snapshotterName(session);
    const { target: descriptor } = await owner.images.get(ref);
    try {
      await owner.leases.create(target, {
        'containerd.io/gc.expire': secondsText(node.clock.now() + DAY),
        [`containerd.io/gc.ref.snapshot.${name}`]: target,
      });
    } catch (error) {
      if (!isClass(error, 'AlreadyExists')) throw error;
    }
    const client = owner.withLease(target);
    try {
      const snapshotter = client.snapshotter(name);
      const image = await resolveImage(client.content, descriptor, { image: ref });
      const { chainId } = await unpackImage(image, client.content, {
        snapshotter,
        snapshotterName: name,
        kernel: node.kernel,
      });
      print(`${chainId}\n`);
      const mounts = has('rw') ? await snapshotter.prepare(target, chainId) : await snapshotter.view(target, chainId);
      try {
        await node.kernel.mount(mounts, target);
      } catch (error) {
        await snapshotter.remove(target);
        throw error;
      }
    } catch (error) {
      await owner.leases.delete(target);
      throw error;
    }
    print(`${target}\n`);
  },
};

export const unmountImage: CtrCommand = {
  names: ['unmount'],
  usage: 'unmount the image from the target',
  arguments: '[flags] <target>',
  flags: [SNAPSHOTTER_FLAG, { names: ['rm'], type: 'bool', usage: 'remove the snapshot after a successful unmount' }],
  run: async (session) => {
    const {
      node,
      client,
      operands: [target = ''],
      has,
      print,
    } = session;
    if (target === '') refuse('please provide a target path to unmount from');
    // What is not mounted is as it should be.
    if (node.kernel.mounts().some((row) => row.target === target)) await node.kernel.unmount(target);
    if (has('rm')) {
      try {
        await client.leases.delete(target);
        await client.snapshotter(snapshotterName(session)).remove(target);
      } catch (error) {
        if (!isClass(error, 'NotFound')) throw error;
      }
    }
    print(`${target}\n`);
  },
};
