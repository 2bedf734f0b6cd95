const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `20 B`, `65.8 KiB`. */
export const bytesText = (bytes: number): string => {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
};

/** `sha256:acd815c6805b…` as `acd815c6805b`; anything else as it is. */
export const shortName = (name: string): string => /^sha256:([0-9a-f]{12})/.exec(name)?.[1] ?? name;

/** The same for every digest in a text. */
export const shortNames = (text: string): string => text.replace(/sha256:([0-9a-f]{12})[0-9a-f]{52}/g, '$1');
