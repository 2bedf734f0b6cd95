import { O_CREAT, O_EXCL, O_WRONLY, S_IFBLK, S_IFCHR, S_IFIFO } from '@layerscope/core/fs';
import type { SystemCalls } from '@layerscope/core/vfs';
import { LOWER, type Machine, UPPER, WORK } from './machine.ts';
import type { Entry, LayerTree, Scene } from './scene.ts';

const encoder = new TextEncoder();
const OLD = 1_000_000_000_000_000_000n;

/** Writes the layers of a scene with the machine's own calls. Every object gets old times of its own. */
export const buildLayers = (machine: Machine, scene: Scene): void => {
  const { calls, base } = machine;
  scene.lowers.forEach((tree, index) => buildTree(calls, `${base}${LOWER}/${index}`, tree, scene.rootMode));
  scene.dataLowers.forEach((tree, index) => buildTree(calls, `${base}${LOWER}/data${index}`, tree, scene.rootMode));
  buildTree(calls, base + UPPER, scene.upper, scene.rootMode);
  calls.mkdir(base + WORK, 0o755);
};

const buildTree = (calls: SystemCalls, path: string, tree: LayerTree, mode: number): void => {
  let age = 0n;
  const fill = (dir: string, entries: LayerTree): void => {
    for (const [name, entry] of Object.entries(entries)) {
      const at = `${dir}/${name}`;
      make(calls, at, path, entry);
      if (entry.entries !== undefined) fill(at, entry.entries);
      calls.utimens(at, OLD, OLD + (age += 1_000_000_000n), false);
    }
  };
  calls.mkdir(path, 0o755);
  calls.chmod(path, mode);
  fill(path, tree);
  calls.utimens(path, OLD, OLD, false);
};

const make = (calls: SystemCalls, path: string, root: string, entry: Entry): void => {
  const mode = entry.mode ?? 0;
  switch (entry.kind) {
    case 'file': {
      const fd = calls.open(path, O_CREAT | O_EXCL | O_WRONLY, 0o644);
      calls.write(fd, encoder.encode(entry.data ?? ''));
      calls.close(fd);
      break;
    }
    case 'dir':
      calls.mkdir(path, 0o755);
      break;
    case 'symlink':
      calls.symlink(entry.target ?? '', path);
      break;
    case 'whiteout':
      calls.mknod(path, S_IFCHR, 0);
      return;
    case 'fifo':
      calls.mknod(path, S_IFIFO | mode, 0);
      break;
    case 'chr':
      calls.mknod(path, S_IFCHR | mode, 0x103);
      break;
    case 'blk':
      calls.mknod(path, S_IFBLK | mode, 0);
      break;
    case 'hardlink':
      calls.link(root + (entry.target ?? ''), path);
      return;
  }
  if (entry.uid !== undefined) calls.chown(path, entry.uid, entry.uid, false);
  if (entry.kind !== 'symlink') calls.chmod(path, mode);
  for (const [name, value] of Object.entries(entry.xattrs ?? {}))
    calls.setxattr(path, name, Buffer.from(value, 'latin1'), 0, false);
};
