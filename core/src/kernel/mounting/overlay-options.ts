/**
 * The mount data of overlayfs: `lowerdir=/top:/below,upperdir=/u,workdir=/w,index=off`.
 *
 * mount(2) cuts data that exceeds a page; containerd stays below it by mounting from a common directory with relative
 * paths. Here the data is taken whole, so neither the cut nor the trick has to be played.
 */
import { OverlayMountError, type OverlayOptions, type ResolvedOptions, resolveOptions } from '../../overlay/index.ts';
import { type Parameter, ParameterErrors, oneOf, parseParameters } from './file-system-options.ts';
import type { KernelLog } from '../kernel-log.ts';
import { AddedLayers, type LayerPaths, refuseOption, splitLowers, unescapePath } from './overlay-layer-paths.ts';

/** How `uuid` is shown: `on` by the mount that made the id, `null` where none is made, else not at all. */
export type ShownUuid = 'on' | 'null' | undefined;

export interface ParsedOverlayOptions {
  readonly layers: LayerPaths;
  readonly upperdir: string | undefined;
  readonly workdir: string | undefined;
  readonly options: ResolvedOptions;
  /** What /proc/mounts shows; `uuid` is what became of `uuid=auto`, and on one file system there is no `xino`. */
  readonly show: (uuid: ShownUuid, isOneFileSystem: boolean) => string;
}

/** Keys the simulated overlayfs takes; what a machine lists in /sys/module/overlay/parameters is among them. */
export const OVERLAY_KEYS: readonly string[] = [
  'lowerdir',
  'lowerdir+',
  'datadir+',
  'upperdir',
  'workdir',
  'default_permissions',
  'redirect_dir',
  'metacopy',
  'index',
  'nfs_export',
  'verity',
  'xino',
  'uuid',
  'userxattr',
  'volatile',
  'fsync',
  'override_creds',
  'nooverride_creds',
];

/** EINVAL, with the kernel's line in the log, for what Linux refuses. */
export const parseOverlayOptions = (data: string, log: KernelLog): ParsedOverlayOptions => {
  const errors = new ParameterErrors('overlay', log);
  const found = new Map<string, string>();
  const added = new AddedLayers(log);
  for (const parameter of parseParameters(data)) take(parameter, found, added, errors);

  const lowerText = found.get('lowerdir') ?? '';
  const layers = lowerText === '' ? added.paths : splitLowers(lowerText, log);
  const count = layers.lowers.length + layers.dataLowers.length;
  const upperdir = found.get('upperdir');
  if (layers.lowers.length === 0 && count > 0) refuseOption(log, 'at least one non-data lowerdir is required');
  const options = resolved(found, upperdir !== undefined, log);
  if (count === 0) refuseOption(log, "missing 'lowerdir'");
  if (upperdir === undefined && count < 2) {
    refuseOption(log, 'at least 2 lowerdir are needed while upperdir nonexistent');
  }
  let workdir = found.get('workdir');
  if (upperdir === undefined && workdir !== undefined) {
    log.write(`overlayfs: option "workdir=${workdir}" is useless in a non-upper mount, ignore`);
    workdir = undefined;
  }
  if (upperdir !== undefined && workdir === undefined) refuseOption(log, "missing 'workdir'");
  return {
    layers,
    upperdir: upperdir === undefined ? undefined : unescapePath(upperdir),
    workdir: workdir === undefined ? undefined : unescapePath(workdir),
    options,
    show: (uuid, isOneFileSystem) =>
      show(found, options, { isOneFileSystem, lowerdir: lowerText, added: added.paths, upperdir, workdir }, uuid),
  };
};

const resolved = (found: ReadonlyMap<string, string>, hasUpper: boolean, log: KernelLog): ResolvedOptions => {
  try {
    return resolveOptions(overlayOptions(found), hasUpper, (text) => log.write(`overlayfs: ${text}`));
  } catch (error) {
    if (error instanceof OverlayMountError) return refuseOption(log, error.kernelLog);
    throw error;
  }
};

const SWITCH = ['off', 'on'] as const;
const VERITY = ['off', 'on', 'require'] as const;
const REDIRECT_DIR = ['off', 'follow', 'nofollow', 'on'] as const;
const XINO = ['off', 'auto', 'on'] as const;
const UUID = ['off', 'null', 'auto', 'on'] as const;
const FLAGS = ['default_permissions', 'userxattr', 'volatile', 'override_creds', 'nooverride_creds'];
const DIRECTORIES = ['lowerdir', 'upperdir', 'workdir'];

const take = (parameter: Parameter, found: Map<string, string>, added: AddedLayers, errors: ParameterErrors): void => {
  const { key, value } = parameter;
  if (DIRECTORIES.includes(key)) {
    // `lowerdir=` clears what stood before; the other two want a path.
    if (value === undefined || (value === '' && key !== 'lowerdir')) errors.badValue(key);
    if (key === 'lowerdir') added.replace(value ?? '');
    found.set(key, value ?? '');
  } else if (key === 'lowerdir+' || key === 'datadir+') {
    added.add(key, value === undefined || value === '' ? errors.badValue(key) : value);
    found.delete('lowerdir');
  } else if (FLAGS.includes(key)) {
    if (value !== undefined) errors.unexpectedValue(key);
    found.set(key, '');
  } else if (key === 'redirect_dir') found.set(key, oneOf(parameter, REDIRECT_DIR, errors));
  else if (key === 'metacopy') found.set(key, oneOf(parameter, SWITCH, errors));
  else if (key === 'index' || key === 'nfs_export') found.set(key, oneOf(parameter, SWITCH, errors));
  else if (key === 'verity') found.set(key, oneOf(parameter, VERITY, errors));
  else if (key === 'xino') found.set(key, oneOf(parameter, XINO, errors));
  else if (key === 'uuid') found.set(key, oneOf(parameter, UUID, errors));
  else if (key === 'fsync') {
    if (oneOf(parameter, ['volatile', 'auto', 'strict'], errors) === 'volatile') found.set('volatile', '');
    else found.delete('volatile');
  } else errors.unknown(key);
};

const overlayOptions = (found: ReadonlyMap<string, string>): OverlayOptions => {
  const redirect = REDIRECT_DIR.find((choice) => choice === found.get('redirect_dir'));
  const xino = XINO.find((choice) => choice === found.get('xino'));
  const uuid = UUID.find((choice) => choice === found.get('uuid'));
  const verity = VERITY.find((choice) => choice === found.get('verity'));
  return {
    ...(redirect === undefined ? {} : { redirectDir: redirect }),
    ...(found.get('metacopy') === 'on' ? { metacopy: true } : {}),
    ...(found.has('index') ? { index: found.get('index') === 'on' } : {}),
    ...(found.get('nfs_export') === 'on' ? { nfsExport: true } : {}),
    ...(verity === undefined ? {} : { verity }),
    ...(found.has('volatile') ? { volatile: true } : {}),
    ...(xino === undefined ? {} : { xino }),
    ...(uuid === undefined ? {} : { uuid }),
    ...(found.has('userxattr') ? { userxattr: true } : {}),
  };
};

interface ShownPaths {
  readonly isOneFileSystem: boolean;
  readonly lowerdir: string;
  readonly added: LayerPaths;
  readonly upperdir: string | undefined;
  readonly workdir: string | undefined;
}

/** Only what differs from the kernel's defaults, in the kernel's order. */
const show = (
  found: ReadonlyMap<string, string>,
  options: ResolvedOptions,
  { isOneFileSystem, lowerdir, added, upperdir, workdir }: ShownPaths,
  autoUuid: ShownUuid,
): string => {
  const words = [
    ...(lowerdir === '' ? [] : [`lowerdir=${escapeOption(lowerdir)}`]),
    ...added.lowers.map((path) => `lowerdir+=${escapeOption(path)}`),
    ...added.dataLowers.map((path) => `datadir+=${escapeOption(path)}`),
  ];
  if (upperdir !== undefined) words.push(`upperdir=${escapeOption(upperdir)}`);
  if (workdir !== undefined) words.push(`workdir=${escapeOption(workdir)}`);
  if (found.has('default_permissions')) words.push('default_permissions');
  if (options.redirectDir !== 'follow') words.push(`redirect_dir=${options.redirectDir}`);
  if (options.index) words.push('index=on');
  const asked = found.get('uuid') ?? 'auto';
  const uuid = asked === 'auto' ? autoUuid : asked;
  if (uuid !== undefined) words.push(`uuid=${uuid}`);
  if (options.nfsExport) words.push('nfs_export=on');
  const xino = found.get('xino') ?? 'off';
  if (!isOneFileSystem && xino !== 'off') words.push(`xino=${xino}`);
  if (options.metacopy) words.push('metacopy=on');
  if (options.volatile) words.push('fsync=volatile');
  if (found.has('userxattr')) words.push('userxattr');
  if (options.verity !== undefined && options.verity !== 'off') words.push(`verity=${options.verity}`);
  return words.join(',');
};

/** /proc/mounts writes separators in octal. */
const escapeOption = (text: string): string =>
  text.replaceAll(/[, \t\n\\]/g, (unit) => `\\${unit.charCodeAt(0).toString(8).padStart(3, '0')}`);
