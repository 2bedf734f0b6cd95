/**
 * The mount data of overlayfs: `lowerdir=/top:/below,upperdir=/u,workdir=/w,index=off`.
 *
 * mount(2) cuts data that exceeds a page; containerd stays below it by mounting from a common directory with relative
 * paths. Here the data is taken whole, so neither the cut nor the trick has to be played.
 */
import type { OverlayOptions } from '../../overlay/index.ts';
import { type Parameter, ParameterErrors, oneOf, parseParameters } from './file-system-options.ts';
import type { KernelLog } from '../kernel-log.ts';
import { AddedLayers, type LayerPaths, refuseOption, splitLowers, unescapePath } from './overlay-layer-paths.ts';

/** How `uuid` is shown: `on` by the mount that made the id, `null` where none is made, else not at all. */
export type ShownUuid = 'on' | 'null' | undefined;

export interface ParsedOverlayOptions {
  readonly layers: LayerPaths;
  readonly upperdir: string | undefined;
  readonly workdir: string | undefined;
  readonly volatile: boolean;
  readonly options: OverlayOptions;
  /** What /proc/mounts shows; `uuid` is what became of `uuid=auto`, and on one file system there is no `xino`. */
  readonly show: (uuid: ShownUuid, isOneFileSystem: boolean) => string;
}

/** Options that other values than these change what an overlay does; the defaults of the kernel are accepted. */
const ONLY_DEFAULT: { readonly [key: string]: { readonly choices: readonly string[]; readonly here: string } } = {
  index: { choices: ['off', 'on'], here: 'off' },
  nfs_export: { choices: ['off', 'on'], here: 'off' },
  verity: { choices: ['off', 'on', 'require'], here: 'off' },
};

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
  'xino',
  'uuid',
  'userxattr',
  'volatile',
  'fsync',
  'override_creds',
  'nooverride_creds',
  ...Object.keys(ONLY_DEFAULT),
];

/** EINVAL, with the kernel's line in the log, for what Linux refuses and for what this kernel does not simulate. */
export const parseOverlayOptions = (data: string, log: KernelLog): ParsedOverlayOptions => {
  const errors = new ParameterErrors('overlay', log);
  const found = new Map<string, string>();
  const added = new AddedLayers(log);
  for (const parameter of parseParameters(data)) take(parameter, found, added, errors, log);

  const lowerText = found.get('lowerdir') ?? '';
  const layers = lowerText === '' ? added.paths : splitLowers(lowerText, log);
  const count = layers.lowers.length + layers.dataLowers.length;
  const upperdir = found.get('upperdir');
  if (layers.lowers.length === 0 && count > 0) refuseOption(log, 'at least one non-data lowerdir is required');
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
  const redirect = found.get('redirect_dir');
  if (found.get('metacopy') === 'on') {
    if (redirect !== undefined && redirect !== 'on') {
      const mode = redirect === 'off' ? 'follow' : redirect;
      refuseOption(log, `conflicting options: metacopy=on,redirect_dir=${mode}`);
    }
  }
  if (found.has('userxattr') && redirect === 'on') {
    refuseOption(log, 'conflicting options: userxattr,redirect_dir=on');
  }
  if (found.has('userxattr') && found.get('metacopy') === 'on') {
    refuseOption(log, 'conflicting options: userxattr,metacopy=on');
  }
  const isVolatile = found.has('volatile') && upperdir !== undefined;
  if (found.has('volatile') && !isVolatile) {
    log.write('overlayfs: option "volatile" is meaningless in a non-upper mount, ignoring it.');
  }
  return {
    layers,
    upperdir: upperdir === undefined ? undefined : unescapePath(upperdir),
    workdir: workdir === undefined ? undefined : unescapePath(workdir),
    volatile: isVolatile,
    options: overlayOptions(found),
    show: (uuid, isOneFileSystem) =>
      show(found, { isOneFileSystem, lowerdir: lowerText, added: added.paths, upperdir, workdir, isVolatile }, uuid),
  };
};

const REDIRECT_DIR = ['off', 'follow', 'nofollow', 'on'] as const;
const XINO = ['off', 'auto', 'on'] as const;
const UUID = ['off', 'null', 'auto', 'on'] as const;
const FLAGS = ['default_permissions', 'userxattr', 'volatile', 'override_creds', 'nooverride_creds'];
const DIRECTORIES = ['lowerdir', 'upperdir', 'workdir'];

const take = (
  parameter: Parameter,
  found: Map<string, string>,
  added: AddedLayers,
  errors: ParameterErrors,
  log: KernelLog,
): void => {
  const { key, value } = parameter;
  const limited = ONLY_DEFAULT[key];
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
  else if (key === 'metacopy') found.set(key, oneOf(parameter, ['off', 'on'], errors));
  else if (key === 'xino') found.set(key, oneOf(parameter, XINO, errors));
  else if (key === 'uuid') found.set(key, oneOf(parameter, UUID, errors));
  else if (key === 'fsync') {
    if (oneOf(parameter, ['volatile', 'auto', 'strict'], errors) === 'volatile') found.set('volatile', '');
    else found.delete('volatile');
  } else if (limited === undefined) errors.unknown(key);
  else if (oneOf(parameter, limited.choices, errors) !== limited.here) {
    refuseOption(log, `option "${key}=${value}" is not simulated here; leave it out or use "${key}=${limited.here}"`);
  }
};

const overlayOptions = (found: ReadonlyMap<string, string>): OverlayOptions => {
  const redirect = REDIRECT_DIR.find((choice) => choice === found.get('redirect_dir'));
  const xino = XINO.find((choice) => choice === found.get('xino'));
  const uuid = UUID.find((choice) => choice === found.get('uuid'));
  return {
    ...(redirect === undefined ? {} : { redirectDir: redirect }),
    ...(found.get('metacopy') === 'on' ? { metacopy: true } : {}),
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
  readonly isVolatile: boolean;
}

/** Only what differs from the kernel's defaults, in the kernel's order. */
const show = (
  found: ReadonlyMap<string, string>,
  { isOneFileSystem, lowerdir, added, upperdir, workdir, isVolatile }: ShownPaths,
  autoUuid: ShownUuid,
): string => {
  const metacopy = found.get('metacopy') === 'on';
  const redirect = found.get('redirect_dir') ?? (metacopy ? 'on' : found.has('userxattr') ? 'nofollow' : 'follow');
  const words = [
    ...(lowerdir === '' ? [] : [`lowerdir=${escapeOption(lowerdir)}`]),
    ...added.lowers.map((path) => `lowerdir+=${escapeOption(path)}`),
    ...added.dataLowers.map((path) => `datadir+=${escapeOption(path)}`),
  ];
  if (upperdir !== undefined) words.push(`upperdir=${escapeOption(upperdir)}`);
  if (workdir !== undefined) words.push(`workdir=${escapeOption(workdir)}`);
  if (found.has('default_permissions')) words.push('default_permissions');
  if (upperdir === undefined) words.push('redirect_dir=on');
  else if (redirect !== 'follow' && redirect !== 'off') words.push(`redirect_dir=${redirect}`);
  const asked = found.get('uuid') ?? 'auto';
  const uuid = asked === 'auto' ? autoUuid : asked;
  if (uuid !== undefined) words.push(`uuid=${uuid}`);
  const xino = found.get('xino') ?? 'off';
  if (!isOneFileSystem && xino !== 'off') words.push(`xino=${xino}`);
  if (metacopy) words.push('metacopy=on');
  if (isVolatile) words.push('fsync=volatile');
  if (found.has('userxattr')) words.push('userxattr');
  return words.join(',');
};

/** /proc/mounts writes separators in octal. */
const escapeOption = (text: string): string =>
  text.replaceAll(/[, \t\n\\]/g, (unit) => `\\${unit.charCodeAt(0).toString(8).padStart(3, '0')}`);
