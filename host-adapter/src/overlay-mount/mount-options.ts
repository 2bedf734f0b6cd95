/** The command line of fuse-overlayfs and of mount(8): `-o name,name=value,…`. */
import type { OverlayOptions } from '@layerscope/core/overlay';

/** What `-o` said. Paths are as they were given. */
export interface OverlayRequest {
  /** Top first. */
  readonly lowers: readonly string[];
  /** Layers that only give bytes to metacopy files of the others. */
  readonly dataLowers: readonly string[];
  readonly upper?: string;
  readonly work?: string;
  /** Keep the upper layer in memory: it is gone with the mount. */
  readonly memory: boolean;
  readonly overlay: OverlayOptions;
  /** Whether access control lists are served. */
  readonly acl: boolean;
  /** Whether fsync(2) waits for the disk. */
  readonly sync: boolean;
  readonly readOnly: boolean;
  /** Words of mount(8) for mount(2): `nosuid`, `noatime`, …; later ones over earlier ones. */
  readonly flags: readonly string[];
  /** Change the flags of the overlay that is mounted there. */
  readonly remount: boolean;
  readonly allowOther?: boolean;
  readonly writeback: boolean;
  readonly passthrough: boolean;
  /** Seconds that the kernel remembers names for. */
  readonly timeout?: number;
  readonly source?: string;
  readonly subtype?: string;
}

/** A command line that cannot be carried out. */
export class OverlayOptionError extends Error {
  readonly code = 'overlay-option';
  readonly advice: string | undefined;

  constructor(message: string, advice?: string) {
    super(message);
    this.name = 'OverlayOptionError';
    this.advice = advice;
  }
}

type Draft = { -readonly [field in keyof OverlayRequest]: OverlayRequest[field] };
type Setting = (draft: Draft, value: string) => void;

const refuse = (message: string, advice?: string): never => {
  throw new OverlayOptionError(message, advice);
};

const choice = <Value extends string>(name: string, value: string, choices: readonly Value[]): Value =>
  choices.find((each) => each === value) ?? refuse(`${name}=${value}: it can be ${choices.join(', ')}`);

const ignored: Setting = () => {};
const isOn = (value: string): boolean => value === '' || value === '1' || value === 'on' || value === 'y';

const set =
  (change: (value: string) => Partial<Draft>): Setting =>
  (draft, value) =>
    void Object.assign(draft, change(value));

const setOverlay =
  (change: (value: string) => OverlayOptions): Setting =>
  (draft, value) =>
    void (draft.overlay = { ...draft.overlay, ...change(value) });

const SETTINGS: ReadonlyMap<string, Setting> = new Map<string, Setting>([
  ['lowerdir', set((value) => splitLowers(value))],
  ['upperdir', set((value) => ({ upper: unescape(value) }))],
  ['workdir', set((value) => ({ work: unescape(value) }))],
  [
    'redirect_dir',
    setOverlay((value) => ({ redirectDir: choice('redirect_dir', value, ['on', 'follow', 'nofollow', 'off']) })),
  ],
  ['userxattr', setOverlay(() => ({ userxattr: true }))],
  ['uuid', setOverlay((value) => ({ uuid: choice('uuid', value, ['auto', 'on', 'off', 'null']) }))],
  ['metacopy', setOverlay((value) => ({ metacopy: choice('metacopy', value, ['on', 'off']) === 'on' }))],
  ['index', setOverlay((value) => ({ index: choice('index', value, ['on', 'off']) === 'on' }))],
  ['nfs_export', setOverlay((value) => ({ nfsExport: choice('nfs_export', value, ['on', 'off']) === 'on' }))],
  ['xino', setOverlay((value) => ({ xino: choice('xino', value, ['on', 'auto', 'off']) }))],
  ['verity', setOverlay((value) => ({ verity: choice('verity', value, ['off', 'on', 'require']) }))],
  ['noacl', set(() => ({ acl: false }))],
  ['volatile', setOverlay(() => ({ volatile: true }))],
  ['fsync', set((value) => ({ sync: isOn(value) }))],
  ['ro', set(() => ({ readOnly: true }))],
  ['rw', set(() => ({ readOnly: false }))],
  ...['suid', 'dev', 'exec', 'atime', 'diratime', 'relatime', 'strictatime']
    .flatMap((name) => [name, `no${name}`])
    .map((name): [string, Setting] => [name, (draft) => void (draft.flags = [...draft.flags, name])]),
  ['remount', set(() => ({ remount: true }))],
  ['allow_other', set(() => ({ allowOther: true }))],
  ['writeback', set((value) => ({ writeback: isOn(value) }))],
  ['passthrough', set((value) => ({ passthrough: isOn(value) }))],
  ['timeout', set((value) => ({ timeout: seconds(value) }))],
  ['fsname', set((value) => ({ source: value }))],
  ['subtype', set((value) => ({ subtype: value }))],
  // What is so anyway, or what mount(8) keeps for itself.
  ...[
    'default_permissions',
    'async',
    'nonempty',
    'auto',
    'noauto',
    'user',
    'nofail',
    '_netdev',
    'defaults',
    'clone_fd',
    'static_nlink',
    // The options of a FUSE mount, which mount(8) reads in /proc/mounts to remount it.
    'user_id',
    'group_id',
    'rootmode',
    'max_read',
    'blksize',
  ].map((name) => [name, ignored] as const),
]);

const seconds = (value: string): number => {
  const number = Number(value);
  return Number.isFinite(number) && number >= 0 && value !== '' ? number : refuse(`timeout=${value}: it takes seconds`);
};

/** Splits at a character that no backslash stands before. */
const splitAt = (text: string, separator: string): readonly string[] => {
  const parts = [''];
  for (let at = 0; at < text.length; at++) {
    const unit = text[at]!;
    if (unit === separator) parts.push('');
    else if (unit === '\\' && at + 1 < text.length) parts.push(`${parts.pop()}\\${text[++at]}`);
    else parts.push(parts.pop() + unit);
  }
  return parts;
};

/** In a path, `\:`, `\,` and `\\` stand for the second character. */
const unescape = (path: string): string => path.replaceAll(/\\([:,\\])/g, '$1');

/** `top:…:bottom`, then `::data:…::data`: an empty path begins the data-only layers. */
const splitLowers = (value: string): Pick<OverlayRequest, 'lowers' | 'dataLowers'> => {
  const [first = '', ...data] = value.split(/(?<!\\)::/);
  const lowers = splitAt(first, ':');
  if ([...lowers, ...data].includes('')) {
    refuse(
      `lowerdir=${value} has an empty path`,
      String.raw`write directories with one : between them, data-only ones with ::, and a : in a path as \:`,
    );
  }
  return { lowers: lowers.map(unescape), dataLowers: data.map(unescape) };
};

/**
 * Reads `-o` strings, later ones over earlier ones.
 * @throws {OverlayOptionError} for options and values that it does not know, with what to write instead.
 */
export const parseMountOptions = (texts: readonly string[], memory = false): OverlayRequest => {
  const draft: Draft = {
    lowers: [],
    dataLowers: [],
    memory,
    overlay: {},
    acl: true,
    sync: true,
    readOnly: false,
    flags: [],
    remount: false,
    writeback: false,
    passthrough: true,
  };
  for (const option of texts.flatMap((text) => splitAt(text, ',')).filter(Boolean)) {
    const equals = option.indexOf('=');
    const name = equals < 0 ? option : option.slice(0, equals);
    const setting =
      SETTINGS.get(name) ?? refuse(`unknown mount option '${name}'`, `known are ${[...SETTINGS.keys()].join(', ')}`);
    setting(draft, equals < 0 ? '' : option.slice(equals + 1));
  }
  return check(draft);
};

const EXAMPLE =
  'for example: -o lowerdir=/image,upperdir=/changes,workdir=/scratch  (upper and work on one file system)';

const check = (request: OverlayRequest): OverlayRequest => {
  const { lowers, upper, work, memory } = request;
  if (request.remount) return request;
  if (lowers.length === 0) refuse('no lowerdir= was given: there is nothing to show', EXAMPLE);
  if (memory && (upper !== undefined || work !== undefined)) {
    refuse(
      '--memory keeps the changes in memory, upperdir= and workdir= keep them in directories',
      'choose one of them',
    );
  }
  if (upper !== undefined && work === undefined)
    refuse('upperdir= needs a workdir=, an empty directory beside it', EXAMPLE);
  if (upper === undefined && work !== undefined) refuse('workdir= without upperdir= has no use', EXAMPLE);
  return request;
};
