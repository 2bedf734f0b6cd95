/** Sizes as GNU's `human` and `xstrtol` write and read them. */

const UNITS = ['', 'K', 'M', 'G', 'T', 'P', 'E'];

/** `-h`: at most three digits, rounded up, one decimal below ten. */
export const humanSize = (bytes: number, base = 1024): string => {
  let power = 0;
  let size = bytes;
  while (size >= base && power < UNITS.length - 1) {
    size /= base;
    power++;
  }
  if (power === 0) return String(bytes);
  const unit = base === 1000 && power === 1 ? 'k' : UNITS[power];
  const tenths = Math.ceil(size * 10);
  if (tenths < 100) return `${Math.floor(tenths / 10)}.${tenths % 10}${unit}`;
  const whole = Math.ceil(size);
  return whole >= base ? `1.0${UNITS[power + 1]}` : `${whole}${unit}`;
};

const FACTORS: Record<string, number> = { K: 1, M: 2, G: 3, T: 4, P: 5, E: 6 };

/** `10`, `4K`, `1MB`, `2KiB`, and with `c`, `w`, `b` as dd has them; `undefined` when it is none. */
export const parseSize = (text: string): number | undefined => {
  const match = /^(\d+)(?:([cwb])|([kKMGTPE])(iB|B)?)?$/.exec(text);
  if (match === null) return undefined;
  const [, digits = '', small, letter, suffix] = match;
  const count = Number(digits);
  if (small !== undefined) return count * ({ c: 1, w: 2, b: 512 }[small] ?? 1);
  if (letter === undefined) return count;
  return count * (suffix === 'B' ? 1000 : 1024) ** (FACTORS[letter.toUpperCase()] ?? 0);
};
