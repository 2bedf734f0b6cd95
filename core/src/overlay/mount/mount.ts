import { CAP_SYS_RESOURCE, type Inode } from '../../fs/index.ts';
import type { LayerTree, OverlayMount } from '../options.ts';
import type { LowerLayer, Superblock, UpperLayer } from '../superblock.ts';
import { assignNumbers } from '../tree/inode-numbers.ts';
import { OverlayInode } from '../tree/overlay-inode.ts';
import { hasMark, opaqueValue, TRUSTED_MARKS, USER_MARKS } from '../xattr/marks.ts';
import { checkLayers } from './check-layers.ts';
import { layerNumbers } from './layer-numbers.ts';
import { cleanIndex, openIndex } from './prepare-index.ts';
import { markVolatile, prepareWorkdir, refuseIncompatible } from './prepare-workdir.ts';
import { type ResolvedOptions, resolveOptions } from './resolve-options.ts';
import { logMarkless, refuseTrusted, withoutMarks } from './without-marks.ts';

/** Checks the layers, prepares the work directory and puts the superblock together. Throws `OverlayMountError`. */
export const mountLayers = (mount: OverlayMount): Superblock => {
  const log = (text: string): void => mount.onEvent?.({ type: 'kernel-log', text });
  const { upper: upperTree } = mount;
  const asked = resolveOptions(mount.options ?? {}, upperTree !== undefined, log);
  const isMarkless = mount.userNamespace !== undefined && asked.userxattr !== true;
  if (isMarkless) refuseTrusted(mount.options ?? {});
  const options = isMarkless ? withoutMarks(asked) : withoutHandles(mount, asked, log);
  for (const warning of checkLayers(mount, options.index === true)) log(warning);
  if (upperTree !== undefined && mount.work !== undefined) refuseIncompatible(mount.work);
  const mounter = { ...mount.mounter, capabilities: mount.mounter.capabilities & ~CAP_SYS_RESOURCE, umask: 0 };
  const work =
    upperTree !== undefined && mount.work !== undefined ? prepareWorkdir(mount.work, mounter, log) : undefined;
  if (isMarkless && work !== undefined) logMarkless(asked, log);
  const numbers = layerNumbers(mount);
  if (numbers.log !== undefined) log(numbers.log);
  const layerOf = ({ fs, root }: LayerTree, index: number): LowerLayer => ({
    fs,
    root,
    index,
    dev: numbers.devOf(fs.dev),
    highBits: numbers.highBitsOf(fs.dev),
  });
  const lowers = mount.lowers.map(layerOf);
  const dataLowers = (mount.dataLowers ?? []).map((layer, index) => layerOf(layer, lowers.length + index));
  const userxattr = options.userxattr === true;
  const marks = userxattr ? USER_MARKS : TRUSTED_MARKS;
  const top = lowers[0];
  const index =
    options.index && upperTree && mount.work && work && top
      ? openIndex(mount.work, upperTree.root, top, marks, mounter, log)
      : undefined;
  const upper: UpperLayer | undefined = upperTree && {
    fs: upperTree.fs,
    root: upperTree.root,
    dev: numbers.devOf(upperTree.fs.dev),
    work: index ?? work,
  };
  const { metacopy, redirectDir } = options;
  const createRedirects = redirectDir === 'on' && upper !== undefined && !userxattr;
  const traps = new Set<Inode>([...lowers, ...dataLowers].map((layer) => layer.root));
  if (upper !== undefined) traps.add(upper.root);
  if (upper !== undefined && mount.work !== undefined) traps.add(mount.work.root);
  const root = new OverlayInode(
    mount.lowers[0]?.root.type ?? 0,
    upper?.root,
    upper?.fs,
    lowers.map((layer) => ({ layer, inode: layer.root })),
    undefined,
    '',
  );
  const superblock: Superblock = {
    dev: mount.dev,
    upper,
    lowers,
    dataLowers,
    oneDevice: numbers.oneDevice,
    xino: numbers.xino,
    writable: work !== undefined && options.readOnly !== true,
    marks,
    canMark: !isMarkless,
    userNamespace: mount.userNamespace,
    createRedirects,
    metacopy,
    indexed: index === undefined ? 'none' : options.nfsExport ? 'all' : 'hard-links',
    verity: options.verity ?? 'off',
    volatile: options.volatile,
    marksNewDirectories: createRedirects || metacopy || index !== undefined || options.xino === 'on',
    followRedirects: redirectDir !== 'nofollow',
    mounter,
    traps,
    emit: mount.onEvent,
    root,
    links: new WeakMap(),
    directories: new WeakMap(),
    markedLayers: new Set(),
    sharedWhiteout: undefined,
    lastTemporary: 0,
    lastDirectoryNumber: 1n,
    recorder: mount.recorder,
    noted: mount.recorder?.step ?? 0,
    save: () => {
      const { sharedWhiteout, lastTemporary, lastDirectoryNumber } = superblock;
      return { sharedWhiteout, lastTemporary, lastDirectoryNumber };
    },
    restore: (state) => void Object.assign(superblock, state),
  };
  root.noted = superblock.noted;
  root.filtersWhiteouts = true;
  for (const layer of lowers.slice(0, -1)) {
    if (opaqueValue(layer.fs, layer.root, marks) !== 'x') continue;
    superblock.markedLayers.add(layer);
    root.hasMarkedWhiteouts = true;
  }
  assignNumbers(superblock, root);
  if (upper !== undefined && !isMarkless) markUpperRoot(superblock, mount, upper);
  if (superblock.indexed !== 'none') cleanIndex(superblock);
  if (superblock.volatile && work !== undefined && mount.work !== undefined) markVolatile(mount.work, mounter);
  return superblock;
};

/** An overlay without nfs_export has no file handles, so what lies on it cannot be indexed. */
const withoutHandles = (
  { lowers, dataLowers = [], upper }: OverlayMount,
  options: ResolvedOptions,
  log: (text: string) => void,
): ResolvedOptions => {
  const isUsed = options.nfsExport || (options.index && upper !== undefined);
  const handleless = isUsed ? [...lowers, ...dataLowers].find(({ fs }) => fs.type === 'overlay') : undefined;
  if (handleless === undefined) return options;
  log(`fs on '${handleless.path ?? ''}' does not support file handles, falling back to index=off,nfs_export=off.`);
  return { ...options, index: false, nfsExport: false };
};

/** An upper root that no overlay has used yet gets an id, so that its statfs id is its own. */
const markUpperRoot = (superblock: Superblock, mount: OverlayMount, upper: UpperLayer): void => {
  const { marks, mounter, root } = superblock;
  root.impure = hasMark(upper.fs, upper.root, marks.impure);
  const uuid = mount.options?.uuid ?? 'auto';
  const isNew = uuid === 'on' || (uuid === 'auto' && !root.impure);
  if (!isNew || hasMark(upper.fs, upper.root, marks.uuid)) return;
  upper.fs.setxattr(upper.root, marks.uuid, mount.random.bytes(16), 0, mounter);
};

/** The upper and work directories of this mount, for `inUse`. */
export const claimLayers = (mount: OverlayMount): readonly Inode[] => {
  if (mount.upper === undefined || mount.work === undefined) return [];
  const claims = [mount.upper.root, mount.work.root].filter((root) => mount.inUse?.has(root) !== true);
  for (const root of claims) changeClaim(mount, root, true);
  return claims;
};

/** Adds a directory to those in use, or takes it out. */
export const changeClaim = ({ inUse, recorder }: OverlayMount, root: Inode, inUseNow: boolean): void => {
  if (inUse === undefined || inUse.has(root) === inUseNow) return;
  const put = (isIn: boolean): void => void (isIn ? inUse.add(root) : inUse.delete(root));
  recorder?.note({ undo: () => put(!inUseNow), redo: () => put(inUseNow) });
  put(inUseNow);
};
