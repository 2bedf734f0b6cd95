/** Mounting overlayfs: what the kernel checks about layers before the file system itself looks into them. */
import { type FsError, ROOT, S_IFDIR, fail } from '../../fs/index.ts';
import {
  type LayerTree,
  type OverlayFileSystem,
  type OverlayMount,
  OverlayMountError,
  createOverlayFileSystem,
} from '../../overlay/index.ts';
import { type Place, Superblock } from '../../vfs/index.ts';
import type { KernelLog } from '../kernel-log.ts';
import type { Machine } from '../machine.ts';
import { type IdMaps, createIdMappedFileSystem } from './id-mapped-file-system.ts';
import { type ParsedOverlayOptions, type ShownUuid, parseOverlayOptions } from './overlay-options.ts';

export interface OverlayMountCall {
  readonly source: string;
  readonly data: string;
  readonly readOnly: boolean;
  /** The mount point, for events. */
  readonly target: string;
  /** containerd shows the lower layers id-mapped; the upper layer holds host ids as it is. */
  readonly maps: IdMaps | undefined;
}

/** FILESYSTEM_MAX_STACK_DEPTH: an overlay may lie on an overlay, but nothing on that. */
const MAX_STACK_DEPTH = 2;

export const mountOverlay = (machine: Machine, call: OverlayMountCall): Superblock => {
  const { log } = machine;
  const parsed = parseOverlayOptions(call.data, log);
  const refuse = (text: string): never => {
    log.write(text);
    return fail('EINVAL', text);
  };

  const layer = (path: string): Place => {
    const place = resolveLayer(machine, path);
    return place.inode.type === S_IFDIR ? place : refuse(`overlay: ${path} is not a directory`);
  };
  const upperOf = (path: string): Place => {
    const place = layer(path);
    if (place.mount.fs.type === 'overlay') refuse(`overlay: filesystem on ${path} not supported as upperdir`);
    if (place.mount.readOnly) refuse(`overlay: filesystem on ${path} is read-only`);
    return place;
  };
  const upper = parsed.upperdir === undefined ? undefined : upperOf(parsed.upperdir);
  const work = parsed.workdir === undefined ? undefined : upperOf(parsed.workdir);
  const lowers = parsed.layers.lowers.map(layer);
  const dataLowers = parsed.layers.dataLowers.map(layer);
  if (upper !== undefined && work?.mount !== upper.mount) {
    refuse('overlayfs: workdir and upperdir must reside under the same mount');
  }
  const stackDepth =
    1 + Math.max(0, ...[upper, ...lowers, ...dataLowers].map((place) => place?.mount.superblock.stackDepth ?? 0));
  if (stackDepth > MAX_STACK_DEPTH) refuse('overlayfs: maximum fs stacking depth exceeded');

  const uuidBefore = upper === undefined ? undefined : hasMark(upper, parsed, 'uuid');
  const overlay = build(log, {
    lowers: lowers.map((place, index) => mapped(treeOf(place, parsed.layers.lowers[index]!), call.maps)),
    dataLowers: dataLowers.map((place, index) => mapped(treeOf(place, parsed.layers.dataLowers[index]!), call.maps)),
    ...(upper === undefined ? {} : { upper: treeOf(upper, parsed.upperdir!) }),
    ...(work === undefined ? {} : { work: treeOf(work, parsed.workdir!) }),
    options: { ...parsed.options, readOnly: call.readOnly },
    dev: machine.newDevice(),
    anonymousDev: machine.newDevice,
    random: machine.random,
    mounter: ROOT,
    inUse: machine.inUse,
    ...(machine.recorder === undefined ? {} : { recorder: machine.recorder }),
    onEvent: (event) => {
      if (event.type === 'kernel-log') log.write(`overlayfs: ${event.text}`);
      machine.emit?.({ type: 'overlay', target: call.target, event });
    },
  });
  return new Superblock({
    fs: overlay,
    source: call.source,
    options: parsed.show(
      upper === undefined || uuidBefore === true ? undefined : shownUuid(upper, parsed),
      new Set([...lowers, ...dataLowers, ...(upper ? [upper] : [])].map(({ mount }) => mount.fs.dev)).size <= 1,
    ),
    fixedReadOnly: overlay.readOnly,
    stackDepth,
    onRelease: () => overlay.unmount(),
  });
};

const treeOf = (place: Place, path: string): LayerTree => ({ fs: place.mount.fs, root: place.inode, path });

const mapped = (tree: LayerTree, maps: IdMaps | undefined): LayerTree =>
  maps === undefined ? tree : { ...tree, fs: createIdMappedFileSystem(tree.fs, maps) };

const build = (log: KernelLog, mount: OverlayMount): OverlayFileSystem => {
  try {
    return createOverlayFileSystem(mount);
  } catch (error) {
    if (error instanceof OverlayMountError) log.write(`overlayfs: ${error.kernelLog}`);
    throw error;
  }
};

const hasMark = (upper: Place, { options }: ParsedOverlayOptions, mark: string): boolean => {
  const namespace = options.userxattr === true ? 'user' : 'trusted';
  return upper.mount.fs.getxattr(upper.inode, `${namespace}.overlay.${mark}`) !== undefined;
};

/** `uuid=auto` gives an upper root an id unless it was used before there were ids: then it is marked impure. */
const shownUuid = (upper: Place, parsed: ParsedOverlayOptions): ShownUuid =>
  hasMark(upper, parsed, 'uuid') ? 'on' : 'null';

const resolveLayer = (machine: Machine, path: string): Place => {
  try {
    return machine.process.place(path);
  } catch (error) {
    machine.log.write(`overlayfs: failed to resolve '${path}': -${(error as FsError).errno}`);
    throw error;
  }
};
