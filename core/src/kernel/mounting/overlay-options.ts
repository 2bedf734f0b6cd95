/**
 * The mount data of overlayfs: `lowerdir=/top:/below,upperdir=/u,workdir=/w,index=off`.
 *
 * mount(2) cuts data that exceeds a page; containerd stays below it by mounting from a common directory with relative
 * paths. Here the data is taken whole, so neither the cut nor the trick has to be played.
 */
import { fail } from '../../fs/index.ts';
import type { OverlayOptions } from '../../overlay/index.ts';
import { type Parameter, ParameterErrors, oneOf, parseParameters } from './file-system-options.ts';
import type { KernelLog } from '../kernel-log.ts';

/** OVL_MAX_STACK. */
const MAX_LOWERS = 500;

/** How `uuid` is shown: `on` by the mount that made the id, `null` where none is made, else not at all. */
export type ShownUuid = 'on' | 'null' | undefined;

export interface ParsedOverlayOptions {
  /** Paths as given, unescaped, top first. */
  readonly lowerdirs: readonly string[];
  readonly upperdir: string | undefined;
  readonly workdir: string | undefined;
  readonly volatile: boolean;
  readonly options: OverlayOptions;
  /** What /proc/mounts shows; `uuid` is what became of `uuid=auto`. */
  readonly show: (uuid: ShownUuid) => string;
}

/** Options that other values than these change what an overlay does; the defaults of the kernel are accepted. */
const ONLY_DEFAULT: { readonly [key: string]: { readonly choices: readonly string[]; readonly here: string } } = {
  index: { choices: ['off', 'on'], here: 'off' },
  nfs_export: { choices: ['off', 'on'], here: 'off' },
  metacopy: { choices: ['off', 'on'], here: 'off' },
  xino: { choices: ['off', 'auto', 'on'], here: 'off' },
  verity: { choices: ['off', 'on', 'require'], here: 'off' },
};

/** Keys the simulated overlayfs takes; what a machine lists in /sys/module/overlay/parameters is among them. */
export const OVERLAY_KEYS: readonly string[] = [
  'lowerdir',
  'upperdir',
  'workdir',
  'default_permissions',
  'redirect_dir',
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
  for (const parameter of parseParameters(data)) take(parameter, found, errors, log);

  const lowerText = found.get('lowerdir') ?? '';
  const lowerdirs = lowerText === '' ? [] : splitLowers(lowerText, log);
  const upperdir = found.get('upperdir');
  if (lowerdirs.length === 0) refuse(log, "missing 'lowerdir'");
  if (upperdir === undefined && lowerdirs.length < 2) {
    refuse(log, 'at least 2 lowerdir are needed while upperdir nonexistent');
  }
  let workdir = found.get('workdir');
  if (upperdir === undefined && workdir !== undefined) {
    log.write(`overlayfs: option "workdir=${workdir}" is useless in a non-upper mount, ignore`);
    workdir = undefined;
  }
  if (upperdir !== undefined && workdir === undefined) refuse(log, "missing 'workdir'");
  if (found.has('userxattr') && found.get('redirect_dir') === 'on') {
    refuse(log, 'conflicting options: userxattr,redirect_dir=on');
  }
  const isVolatile = found.has('volatile') && upperdir !== undefined;
  return {
    lowerdirs,
    upperdir: upperdir === undefined ? undefined : unescape(upperdir),
    workdir: workdir === undefined ? undefined : unescape(workdir),
    volatile: isVolatile,
    options: overlayOptions(found),
    show: (uuid) => show(found, { lowerdir: lowerText, upperdir, workdir, isVolatile }, uuid),
  };
};

const refuse = (log: KernelLog, text: string): never => {
  log.write(`overlayfs: ${text}`);
  return fail('EINVAL', `overlayfs: ${text}`);
};

const REDIRECT_DIR = ['off', 'follow', 'nofollow', 'on'] as const;
const UUID = ['off', 'null', 'auto', 'on'] as const;
const FLAGS = ['default_permissions', 'userxattr', 'volatile', 'override_creds', 'nooverride_creds'];
const DIRECTORIES = ['lowerdir', 'upperdir', 'workdir'];

const take = (parameter: Parameter, found: Map<string, string>, errors: ParameterErrors, log: KernelLog): void => {
  const { key, value } = parameter;
  const limited = ONLY_DEFAULT[key];
  if (DIRECTORIES.includes(key)) {
    // `lowerdir=` clears what stood before; the other two want a path.
    if (value === undefined || (value === '' && key !== 'lowerdir')) errors.badValue(key);
    found.set(key, value ?? '');
  } else if (FLAGS.includes(key)) {
    if (value !== undefined) errors.unexpectedValue(key);
    found.set(key, '');
  } else if (key === 'redirect_dir') found.set(key, oneOf(parameter, REDIRECT_DIR, errors));
  else if (key === 'uuid') found.set(key, oneOf(parameter, UUID, errors));
  else if (key === 'fsync') {
    if (oneOf(parameter, ['volatile', 'auto', 'strict'], errors) === 'volatile') found.set('volatile', '');
    else found.delete('volatile');
  } else if (limited === undefined) errors.unknown(key);
  else if (oneOf(parameter, limited.choices, errors) !== limited.here) {
    refuse(log, `option "${key}=${value}" is not simulated here; leave it out or use "${key}=${limited.here}"`);
  }
};

const overlayOptions = (found: ReadonlyMap<string, string>): OverlayOptions => {
  const redirect = REDIRECT_DIR.find((choice) => choice === found.get('redirect_dir'));
  const uuid = UUID.find((choice) => choice === found.get('uuid'));
  return {
    ...(redirect === undefined ? {} : { redirectDir: redirect }),
    ...(uuid === undefined ? {} : { uuid }),
    ...(found.has('userxattr') ? { userxattr: true } : {}),
  };
};

/** Cuts `lowerdir=` at colons that no backslash keeps; every complaint is Linux's. */
const splitLowers = (text: string, log: KernelLog): readonly string[] => {
  if (text.startsWith(':')) refuse(log, 'cannot append lower layer');
  const layers: string[] = [];
  let layer = '';
  for (let index = 0; index < text.length; index++) {
    const unit = text[index]!;
    if (unit === '\\' && index + 1 < text.length) layer += unit + text[++index]!;
    else if (unit === ':') {
      layers.push(layer);
      layer = '';
    } else layer += unit;
  }
  layers.push(layer);
  if (layers.at(-1) === '') refuse(log, 'unescaped trailing colons in lowerdir mount option.');
  const emptyAt = layers.indexOf('');
  if (emptyAt !== -1) {
    if (layers[emptyAt + 1] === '')
      refuse(log, "only single ':' or double '::' sequences of unescaped colons in lowerdir mount option allowed.");
    refuse(log, "data-only layers ('::' in lowerdir) are not simulated here");
  }
  if (layers.length > MAX_LOWERS) refuse(log, `too many lower directories, limit is ${MAX_LOWERS}`);
  return layers.map(unescape);
};

const unescape = (text: string): string => text.replaceAll(/\\(.)/gs, '$1');

interface ShownPaths {
  readonly lowerdir: string;
  readonly upperdir: string | undefined;
  readonly workdir: string | undefined;
  readonly isVolatile: boolean;
}

/** Only what differs from the kernel's defaults, in the kernel's order. */
const show = (
  found: ReadonlyMap<string, string>,
  { lowerdir, upperdir, workdir, isVolatile }: ShownPaths,
  autoUuid: ShownUuid,
): string => {
  const redirect = found.get('redirect_dir') ?? (found.has('userxattr') ? 'nofollow' : 'follow');
  const words = [`lowerdir=${escapeOption(lowerdir)}`];
  if (upperdir !== undefined) words.push(`upperdir=${escapeOption(upperdir)}`);
  if (workdir !== undefined) words.push(`workdir=${escapeOption(workdir)}`);
  if (found.has('default_permissions')) words.push('default_permissions');
  if (upperdir === undefined) words.push('redirect_dir=on');
  else if (redirect !== 'follow' && redirect !== 'off') words.push(`redirect_dir=${redirect}`);
  const asked = found.get('uuid') ?? 'auto';
  const uuid = asked === 'auto' ? autoUuid : asked === 'on' ? 'on' : 'null';
  if (uuid !== undefined) words.push(`uuid=${uuid}`);
  if (isVolatile) words.push('fsync=volatile');
  if (found.has('userxattr')) words.push('userxattr');
  return words.join(',');
};

/** /proc/mounts writes separators in octal. */
const escapeOption = (text: string): string =>
  text.replaceAll(/[, \t\n\\]/g, (unit) => `\\${unit.charCodeAt(0).toString(8).padStart(3, '0')}`);
