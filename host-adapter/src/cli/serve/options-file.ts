/** The options of `layerscope serve` in a TOML file, under the names that containerd's own configuration has for them. */
import { readFileSync } from 'node:fs';
import { TomlError, parse } from 'smol-toml';
import { ServeError } from '../../service/index.ts';
import { KERNELS, LOG_FORMATS, LOG_LEVELS, type ServeOptions } from './options.ts';

/** What a file may say. */
export type FileOptions = Partial<ServeOptions> & {
  /** What containerd calls the snapshotter. */
  readonly name?: string;
};

type Shape = 'a string' | 'true or false' | 'a list of strings' | readonly string[];

const KEYS: Readonly<Record<string, readonly [option: keyof FileOptions, shape: Shape]>> = {
  name: ['name', 'a string'],
  snapshotter: ['snapshotter', 'a string'],
  root: ['root', 'a string'],
  address: ['address', 'a string'],
  kernel: ['kernel', KERNELS],
  check: ['check', 'true or false'],
  diff: ['diff', 'a string'],
  metrics: ['metrics', 'a string'],
  log: ['log', LOG_FORMATS],
  log_level: ['logLevel', LOG_LEVELS],
  upperdir_label: ['upperdirLabel', 'true or false'],
  sync_remove: ['syncRemove', 'true or false'],
  mount_options: ['mountOptions', 'a list of strings'],
  remap_ids: ['remapIds', 'true or false'],
  slow_chown: ['slowChown', 'true or false'],
};

const has = (shape: Shape, value: unknown): boolean => {
  if (shape === 'a string') return typeof value === 'string';
  if (shape === 'true or false') return typeof value === 'boolean';
  if (shape === 'a list of strings')
    return Array.isArray(value) && value.every((each: unknown) => typeof each === 'string');
  return shape.some((choice) => choice === value);
};

const told = (shape: Shape): string => (typeof shape === 'string' ? shape : `one of ${shape.join(', ')}`);

const parsed = (path: string): Readonly<Record<string, unknown>> => {
  try {
    return parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const advice =
      error instanceof TomlError ? 'It must be TOML.' : 'Pass --config the path of a file that can be read.';
    throw new ServeError(`${path}: ${error instanceof Error ? error.message : String(error)}`, advice);
  }
};

/** Reads a file of options. Throws `ServeError` for what is no TOML, a key that is not known or a value of another type. */
export const readOptionsFile = (path: string): FileOptions =>
  Object.fromEntries(
    Object.entries(parsed(path)).map(([key, value]) => {
      const known = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
      if (known === undefined) {
        throw new ServeError(`${path}: there is no option ${key}`, `Say ${Object.keys(KEYS).join(', ')}.`);
      }
      const [option, shape] = known;
      if (has(shape, value)) return [option, value];
      throw new ServeError(`${path}: ${key} must be ${told(shape)}`, 'Mend the file and start again.');
    }),
  ) as FileOptions;

/**
 * What containerd may ask of a snapshotter that is served with these options (its own words for it), as its overlayfs
 * tells it. `idMaps`: whether id-mapped mounts are to be had under the root.
 */
export const capabilitiesOf = (
  { snapshotter = 'overlayfs', remapIds, slowChown }: FileOptions,
  idMaps: boolean = true,
): readonly string[] => {
  if (snapshotter !== 'overlayfs') return [];
  const remap = remapIds === true && idMaps ? ['remap-ids'] : [];
  return ['rebase', ...remap, ...(slowChown === true ? [] : ['only-remap-ids'])];
};
