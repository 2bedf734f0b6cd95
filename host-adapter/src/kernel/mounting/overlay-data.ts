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

/** Paths relative to a directory that they have in common. */
export interface RelativePaths {
  readonly directory: string;
  readonly paths: readonly string[];
}

const parent = (path: string): string => path.slice(0, path.lastIndexOf('/'));

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
