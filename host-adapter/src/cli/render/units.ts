/** Sizes and digests as a person reads them. */

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `4.0 KiB` as `ctr snapshots usage` prints it; whole bytes below one KiB. */
export const formatBytes = (bytes: number): string => {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return unit === 0 ? `${value} B` : `${value.toFixed(1)} ${UNITS[unit]}`;
};

/** `sha256:0364ca0b0c75…`: enough to tell digests apart on one screen. */
export const shortDigest = (digest: string): string => {
  const [algorithm, hex] = digest.split(':');
  return hex === undefined || hex.length <= 12 ? digest : `${algorithm}:${hex.slice(0, 12)}…`;
};

export const plural = (count: number, one: string, many: string = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
