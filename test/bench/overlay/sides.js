/** The file systems that are compared, each as the operations of `workload.js` on a mounted view of `layers` layers. */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryFileSystem, O_CREAT, O_WRONLY, ROOT, seededRandom, steppingClock } from '@layerscope/core/fs';
import { createOverlayFileSystem } from '@layerscope/core/overlay';
import { createProcess, MountNamespace, Superblock } from '@layerscope/core/vfs';
import { layerEntries, page, small } from './workload.js';

/** Our overlay through simulated system calls. */
export const ours = (layers) => {
  const store = createMemoryFileSystem({ clock: steppingClock(0n) });
  const namespace = new MountNamespace({ fs: store, source: 'tmpfs' });
  const process = createProcess({ namespace, caller: ROOT });
  const write = (path, flags, bytes) => {
    const fd = process.open(path, flags, 0o644);
    process.write(fd, bytes);
    process.close(fd);
  };
  for (const dir of ['upper', 'work', 'm']) process.mkdir(dir, 0o755);
  for (let layer = 0; layer < layers; layer++) {
    process.mkdir(`l${layer}`, 0o755);
    for (const [path, bytes] of layerEntries(layer, layers)) {
      if (bytes === undefined) process.mkdir(`l${layer}/${path}`, 0o755);
      else write(`l${layer}/${path}`, O_CREAT | O_WRONLY, bytes);
    }
  }
  const into = new Uint8Array(4096);
  const tree = (path) => ({ fs: store, root: process.place(path).inode });
  let mounted;
  return {
    mount: () => {
      const overlay = createOverlayFileSystem({
        lowers: Array.from({ length: layers }, (_, layer) => tree(`/l${layer}`)),
        upper: tree('/upper'),
        work: tree('/work'),
        dev: 2,
        random: seededRandom(1),
        mounter: ROOT,
      });
      mounted = namespace.mount(new Superblock({ fs: overlay, source: 'overlay' }), process.place('/m'));
      process.chdir('/m');
    },
    unmount: () => {
      process.chdir('/');
      namespace.unmount(mounted);
      const remove = (dir) => {
        for (const { name, type } of store.readdir(dir)) {
          const child = store.lookup(dir, name);
          if (type === 0o040000) remove(child);
          if (type === 0o040000) store.rmdir(dir, name, ROOT);
          else store.unlink(dir, name, ROOT);
        }
      };
      for (const dir of ['upper', 'work']) remove(store.lookup(store.root, dir));
      for (const mark of store.listxattr(tree('/upper').root)) store.removexattr(tree('/upper').root, mark, ROOT);
    },
    close: () => process.exit(),
    stat: (path) => process.stat(path).size,
    miss: (path) => {
      try {
        return process.stat(path).size;
      } catch {
        return -1;
      }
    },
    readdir: (path) => {
      const fd = process.open(path, 0);
      const count = process.getdents(fd).length;
      process.close(fd);
      return count;
    },
    read: (path) => {
      const fd = process.open(path, 0);
      const count = process.read(fd, into);
      process.close(fd);
      return count;
    },
    create: (path) => write(path, O_CREAT | O_WRONLY, small),
    overwrite: (path) => write(path, O_WRONLY, page),
    rename: (from, to) => process.rename(from, to),
    unlink: (path) => process.unlink(path),
  };
};

/** The same operations of a Node-shaped, synchronous `fs`. */
const nodeShaped = (node, root) => {
  const into = new Uint8Array(4096);
  const write = (path, flags, bytes) => {
    const fd = node.openSync(`${root}/${path}`, flags, 0o644);
    node.writeSync(fd, bytes, 0, bytes.length);
    node.closeSync(fd);
  };
  return {
    stat: (path) => node.statSync(`${root}/${path}`).size,
    // The error is part of the answer on every side.
    miss: (path) => {
      try {
        return node.statSync(`${root}/${path}`).size;
      } catch {
        return -1;
      }
    },
    readdir: (path) => node.readdirSync(`${root}/${path}`).length,
    read: (path) => {
      const fd = node.openSync(`${root}/${path}`, 'r');
      const count = node.readSync(fd, into, 0, 4096, 0);
      node.closeSync(fd);
      return count;
    },
    create: (path) => write(path, 'w', small),
    overwrite: (path) => write(path, 'r+', page),
    rename: (from, to) => node.renameSync(`${root}/${from}`, `${root}/${to}`),
    unlink: (path) => node.unlinkSync(`${root}/${path}`),
  };
};

const fill = (node, root, layer, layers) => {
  node.mkdirSync(root, { recursive: true });
  for (const [path, bytes] of layerEntries(layer, layers)) {
    if (bytes === undefined) node.mkdirSync(`${root}/${path}`);
    else node.writeFileSync(`${root}/${path}`, bytes);
  }
};

/** Linux's overlayfs on a tmpfs, through node:fs. Needs root. */
export const kernel = async (layers) => {
  const { MNT_DETACH, mount, unmount } = await import('../../../host-adapter/dist/linux/index.js');
  const base = fs.mkdtempSync(join(tmpdir(), 'layerscope-bench-'));
  mount('layerscope', base, 'tmpfs', 0, 'mode=0755');
  for (let layer = 0; layer < layers; layer++) fill(fs, `${base}/l${layer}`, layer, layers);
  for (const dir of ['u', 'w', 'm']) fs.mkdirSync(`${base}/${dir}`);
  const start = globalThis.process.cwd();
  return {
    mount: () => {
      globalThis.process.chdir(base);
      const lowers = Array.from({ length: layers }, (_, layer) => `l${layer}`).join(':');
      mount('overlay', 'm', 'overlay', 0, `lowerdir=${lowers},upperdir=u,workdir=w`);
      globalThis.process.chdir('m');
    },
    unmount: () => {
      globalThis.process.chdir(base);
      unmount('m');
      for (const dir of ['u', 'w']) {
        fs.rmSync(dir, { recursive: true });
        fs.mkdirSync(dir);
      }
    },
    close: () => {
      globalThis.process.chdir(start);
      unmount(base, MNT_DETACH);
      fs.rmSync(base, { recursive: true, force: true });
    },
    ...nodeShaped(fs, '.'),
  };
};

/** ZenFS copy-on-write: each layer over the next, the topmost writable. */
export const zenfs = async (layers) => {
  const { configure, CopyOnWrite, fs: zen, InMemory, resolveMountConfig } = await import('@zenfs/core');
  await configure({ mounts: { '/': InMemory } });
  const stores = [];
  for (let layer = 0; layer < layers; layer++) {
    const store = await resolveMountConfig({ backend: InMemory });
    zen.mkdirSync('/fill', { recursive: true });
    const { mount, umount } = await import('@zenfs/core');
    mount('/fill', store);
    fill(zen, '/fill', layer, layers);
    umount('/fill');
    stores.push(store);
  }
  const { mount, umount } = await import('@zenfs/core');
  return {
    mount: async () => {
      let view = stores.at(-1);
      for (const store of stores.slice(0, -1).toReversed()) {
        view = await resolveMountConfig({ backend: CopyOnWrite, readable: view, writable: store });
      }
      const top = await resolveMountConfig({ backend: InMemory });
      mount('/view', await resolveMountConfig({ backend: CopyOnWrite, readable: view, writable: top }));
    },
    unmount: () => umount('/view'),
    close: () => undefined,
    ...nodeShaped(zen, '/view'),
  };
};

/** unionfs over memfs volumes. It writes to lower layers, so only reading is compared. */
export const unionfs = async (layers) => {
  const { Union } = await import('unionfs');
  const { memfs } = await import('memfs');
  const union = new Union();
  for (let layer = layers - 1; layer >= 0; layer--) {
    const { fs: volume } = memfs();
    fill(volume, '/', layer, layers);
    union.use(volume);
  }
  const { stat, miss, readdir, read } = nodeShaped(union, '');
  return { mount: () => undefined, unmount: () => undefined, close: () => undefined, stat, miss, readdir, read };
};

/** just-bash's OverlayFs: one real directory below, memory above; asynchronous. */
export const justBash = async () => {
  const { OverlayFs } = await import('just-bash');
  const root = fs.mkdtempSync(join(tmpdir(), 'layerscope-bench-'));
  fill(fs, root, 0, 1);
  let view;
  return {
    async: true,
    mount: () => {
      view = new OverlayFs({ root, mountPoint: '/view' });
    },
    unmount: () => undefined,
    close: () => fs.rmSync(root, { recursive: true }),
    stat: (path) => view.stat(`/view/${path}`),
    miss: (path) => view.stat(`/view/${path}`).catch(() => -1),
    readdir: (path) => view.readdir(`/view/${path}`),
    read: (path) => view.readFileBuffer(`/view/${path}`),
    rename: (from, to) => view.mv(`/view/${from}`, `/view/${to}`),
    unlink: (path) => view.rm(`/view/${path}`),
  };
};
