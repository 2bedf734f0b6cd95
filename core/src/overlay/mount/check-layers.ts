import type { Inode, Tree } from '../../fs/index.ts';
import { S_IFDIR } from '../../fs/index.ts';
import type { LayerTree, OverlayMount } from '../options.ts';
import { refuse } from './mount-error.ts';

/** OVL_MAX_STACK. */
const MAX_LOWERS = 500;

const IN_USE = 'is in-use as upperdir/workdir of another mount,';

/**
 * Refuses a set of layers as the kernel does: EINVAL for too few or too many, for a missing or misplaced work
 * directory and for an upper layer on an overlay; ELOOP where one layer lies in another (an upper layer may lie in a
 * lower one); with an index EBUSY for a directory that another mount works in. Answers what the kernel only warns of.
 */
export const checkLayers = (mount: OverlayMount, index: boolean): readonly string[] => {
  const { lowers, dataLowers = [], upper, work } = mount;
  if (lowers.length === 0 && dataLowers.length > 0) refuse('EINVAL', 'at least one non-data lowerdir is required');
  if (lowers.length === 0) refuse('EINVAL', "missing 'lowerdir'");
  if (lowers.length + dataLowers.length > MAX_LOWERS)
    refuse('EINVAL', `too many lower directories, limit is ${MAX_LOWERS}`);
  for (const layer of [...lowers, ...dataLowers, ...(upper ? [upper] : []), ...(work ? [work] : [])])
    checkDirectory(layer);
  const warnings: string[] = [];
  if (upper === undefined) {
    if (lowers.length + dataLowers.length === 1)
      refuse('EINVAL', 'at least 2 lowerdir are needed while upperdir nonexistent');
    if (work !== undefined) {
      warnings.push(`option "workdir=${nameOf(work)}" is useless in a non-upper mount, ignore`);
    }
  } else {
    if (work === undefined) return refuse('EINVAL', "missing 'workdir'");
    checkUpper(upper, work);
    warnings.push(...claimed(mount, upper, 'upperdir', index), ...claimed(mount, work, 'workdir', index));
  }
  checkOverlap(mount);
  for (const lower of [...lowers, ...dataLowers]) warnings.push(...claimed(mount, lower, 'lowerdir', index));
  return warnings;
};

const nameOf = (layer: LayerTree): string => layer.path ?? `inode ${layer.root.ino}`;

const checkDirectory = (layer: LayerTree): void => {
  if (layer.root.type !== S_IFDIR) refuse('EINVAL', `${nameOf(layer)} is not a directory`);
};

const checkUpper = (upper: LayerTree, work: LayerTree): void => {
  if (upper.fs.type === 'overlay') {
    refuse('EINVAL', `filesystem on ${nameOf(upper)} not supported as upperdir`);
  }
  if (upper.fs !== work.fs) refuse('EINVAL', 'workdir and upperdir must reside under the same mount');
  if (isBelow(upper, work.root) || isBelow(work, upper.root)) {
    refuse('EINVAL', 'workdir and upperdir must be separate subtrees');
  }
};

const claimed = (mount: OverlayMount, layer: LayerTree, option: string, index: boolean): readonly string[] => {
  if (mount.inUse?.has(layer.root) !== true) return [];
  if (index) {
    refuse('EBUSY', `${option} ${IN_USE} mount with '-o index=off' to override exclusive upperdir protection.`);
  }
  return [`${option} ${IN_USE} accessing files from both mounts will result in undefined behavior.`];
};

/** Each root may be a layer once, and no lower may lie in another layer. */
const checkOverlap = (mount: OverlayMount): void => {
  const roots = new Set<Inode>();
  if (mount.upper !== undefined) roots.add(mount.upper.root);
  if (mount.upper !== undefined && mount.work !== undefined) roots.add(mount.work.root);
  const lowers = [...mount.lowers, ...(mount.dataLowers ?? [])];
  for (const { root } of lowers) {
    if (roots.has(root)) refuse('ELOOP', 'conflicting lowerdir path');
    roots.add(root);
  }
  for (const lower of lowers) {
    for (let at = lower.root; ;) {
      const parent = lower.fs.parent(at);
      if (parent === at) break;
      if (roots.has(parent)) refuse('ELOOP', 'overlapping lowerdir path');
      at = parent;
    }
  }
};

/** Whether a layer's root is `top` or lies below it. */
const isBelow = (layer: Tree, top: Inode): boolean => {
  for (let at = layer.root; ;) {
    if (at === top) return true;
    const parent = layer.fs.parent(at);
    if (parent === at) return false;
    at = parent;
  }
};
