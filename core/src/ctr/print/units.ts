/** Sizes and times as ctr shows them. */

const fixed = (value: number, digits: number): string => value.toFixed(digits);

/** Powers of 1024 with one decimal: `4.0 KiB`, `0.0 B`. */
export const binarySize = (bytes: number): string => {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${fixed(value, 1)} ${units[unit]}`;
};

/** Powers of 1000 with four digits: `67.41kB`, `646B`. */
export const decimalSize = (bytes: number): string => {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${Number(value.toPrecision(4))}${units[unit]}`;
};

const SECOND = 1_000_000_000n;

/** An age in words: `Less than a second`, `30 seconds`, `About a minute`, `2 hours`. */
export const ageText = (nanoseconds: bigint): string => {
  const seconds = Number(nanoseconds / SECOND);
  if (seconds < 1) return 'Less than a second';
  if (seconds === 1) return '1 second';
  if (seconds < 60) return `${seconds} seconds`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return `${minutes} minutes`;
  const hours = Math.round(seconds / 3600);
  if (hours === 1) return 'About an hour';
  if (hours < 48) return `${hours} hours`;
  const days = Math.trunc(hours / 24);
  if (hours < 24 * 14) return `${days} days`;
  if (hours < 24 * 60) return `${Math.trunc(days / 7)} weeks`;
  if (hours < 24 * 365 * 2) return `${Math.trunc(days / 30)} months`;
  return `${Math.trunc(days / 365)} years`;
};

/** To the second, UTC: `2026-11-22T20:21:21Z`. */
export const secondsText = (time: bigint): string =>
  `${new Date(Number(time / 1_000_000n)).toISOString().slice(0, 19)}Z`;

/** Labels in one cell, in byte order. */
export const labelsText = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .toSorted()
    .join(',');

const HOUR = 3600n * SECOND;
const MINUTE = 60n * SECOND;

/** As Go prints a duration: `1h2m3.5s`, `124.331863ms`, `5µs`. */
export const goDuration = (nanoseconds: bigint): string => {
  if (nanoseconds >= SECOND) {
    const hours = nanoseconds / HOUR;
    const minutes = (nanoseconds % HOUR) / MINUTE;
    const seconds = Number(nanoseconds % MINUTE) / 1e9;
    return `${hours > 0n ? `${hours}h` : ''}${nanoseconds >= MINUTE ? `${minutes}m` : ''}${seconds}s`;
  }
  if (nanoseconds >= 1_000_000n) return `${Number(nanoseconds) / 1e6}ms`;
  if (nanoseconds >= 1000n) return `${Number(nanoseconds) / 1e3}µs`;
  return nanoseconds === 0n ? '0s' : `${nanoseconds}ns`;
};

/** As Go prints a time: `2026-11-22 20:37:48.0323986 +0000 UTC`. */
export const timeText = (time: bigint): string => {
  const seconds = new Date(Number(time / 1_000_000n)).toISOString().slice(0, 19).replace('T', ' ');
  const fraction = (time % 1_000_000_000n).toString().padStart(9, '0').replace(/0+$/, '');
  return `${seconds}${fraction === '' ? '' : `.${fraction}`} +0000 UTC`;
};
