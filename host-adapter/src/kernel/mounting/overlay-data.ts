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
  const lowerdirs = lowerdir === '' ? [] : lowerdir.split(/(?<!\\):/).map((path) => path.replaceAll(/\\(.)/gs, '$1'));
  return { lowerdirs, others: parameters.filter(({ key }) => key !== 'lowerdir') };
};

const escapeLayer = (path: string): string => path.replaceAll(/[\\:,]/g, (unit) => `\\${unit}`);

/** The data with other lower directories. */
export const withLowerdirs = (others: readonly Parameter[], lowerdirs: readonly string[]): string =>
  [
    `lowerdir=${lowerdirs.map(escapeLayer).join(':')}`,
    ...others.map(({ key, value }) => (value === undefined ? key : `${key}=${value}`)),
  ].join(',');

/** The deepest directory that all paths (absolute) are in or below; `/` when there is no other. */
export const commonDirectory = (paths: readonly string[]): string => {
  const [first = '/', ...rest] = paths;
  let names = first.split('/').slice(0, -1);
  for (const path of rest) {
    const others = path.split('/');
    const different = names.findIndex((name, at) => name !== others[at]);
    if (different !== -1) names = names.slice(0, different);
  }
  return names.join('/') || '/';
};
