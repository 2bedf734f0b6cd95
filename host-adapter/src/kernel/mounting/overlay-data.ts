/** The data of an overlay mount (`lowerdir=/top:/below,upperdir=/u,index=off`), in parts. */
import { type Parameter, parseParameters } from '@layerscope/core/kernel';

export interface OverlayData {
  /** Paths without escapes, top first. */
  readonly lowerdirs: readonly string[];
  /** Everything else, in its order, escapes as they were. */
  readonly others: readonly Parameter[];
}

/** Layers are split at colons that no backslash keeps. A double colon (data-only layers) leaves an empty entry. */
export const parseOverlayData = (data: string): OverlayData => {
  const parameters = parseParameters(data);
  const lowerdir = parameters.findLast(({ key }) => key === 'lowerdir')?.value ?? '';
  return { lowerdirs: splitLayers(lowerdir), others: parameters.filter(({ key }) => key !== 'lowerdir') };
};

const splitLayers = (lowerdir: string): readonly string[] => {
  if (lowerdir === '') return [];
  if (!lowerdir.includes('\\')) return lowerdir.split(':');
  return lowerdir.split(/(?<!\\):/).map((path) => path.replaceAll(/\\(.)/gs, '$1'));
};

const SPECIAL = /[\\:,]/g;

/** The data with other lower directories. */
export const withLowerdirs = (others: readonly Parameter[], lowerdirs: readonly string[]): string => {
  const plain = lowerdirs.join('');
  // One look at all of them: nearly never is there anything to escape, and there may be hundreds.
  const escaped =
    plain.search(SPECIAL) === -1 ? lowerdirs : lowerdirs.map((path) => path.replaceAll(SPECIAL, (unit) => `\\${unit}`));
  return [
    `lowerdir=${escaped.join(':')}`,
    ...others.map(({ key, value }) => (value === undefined ? key : `${key}=${value}`)),
  ].join(',');
};

const parent = (path: string): string => path.slice(0, path.lastIndexOf('/'));

/** The data of a mount call that is made in `directory`. */
export interface ShortenedData {
  readonly directory: string;
  readonly data: string;
}

const LOWERDIR = 'lowerdir=';
/** Slashes in a row or at a path's end: what is left of such a path could be empty, or begin with a slash again. */
const UNUSUAL = /\/(?:[/:]|$)/;

/**
 * Names the lower directories relative to the deepest directory that the first and the last of them are below; one that
 * lies elsewhere keeps its whole path. Cutting the text as it stands is many times as fast as taking it apart, and a
 * container waits for it. `undefined` where that could change what it means: with escapes, or slashes where none need be.
 */
export const shortenLowerdirs = (data: string): ShortenedData | undefined => {
  const option = data.startsWith(LOWERDIR) ? 0 : data.indexOf(`,${LOWERDIR}`) + 1;
  if (option === 0 && !data.startsWith(LOWERDIR)) return undefined;
  const begin = option + LOWERDIR.length;
  const comma = data.indexOf(',', begin);
  const end = comma === -1 ? data.length : comma;
  const layers = data.slice(begin, end);
  if (data.includes('\\') || UNUSUAL.test(layers)) return undefined;
  const last = layers.slice(layers.lastIndexOf(':') + 1);
  let directory = parent(layers.slice(0, `${layers}:`.indexOf(':')));
  while (!last.startsWith(`${directory}/`)) {
    if (directory === '') return undefined;
    directory = parent(directory);
  }
  const relative = `:${layers}`.replaceAll(`:${directory}/`, ':').slice(1);
  return { directory: directory === '' ? '/' : directory, data: data.slice(0, begin) + relative + data.slice(end) };
};

/** Paths relative to a directory that they have in common. */
export interface RelativePaths {
  readonly directory: string;
  readonly paths: readonly string[];
}

/** Relative to the deepest directory that all paths (absolute, one at least) are in or below. */
export const relativePaths = (paths: readonly string[]): RelativePaths => {
  // Cutting one long text is many times as fast as comparing hundreds of paths; \0 stands in no path.
  const text = `\0${paths.join('\0')}`;
  for (let directory = parent(paths[0] ?? ''); directory !== ''; directory = parent(directory)) {
    const [, ...relative] = text.split(`\0${directory}/`);
    if (relative.length === paths.length) return { directory, paths: relative };
  }
  return { directory: '/', paths: paths.map((path) => path.slice(1)) };
};
