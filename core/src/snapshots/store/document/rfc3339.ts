/** Times as containerd prints them: RFC 3339 in UTC with nanoseconds, trailing zeros left out. */
import type { Nanoseconds } from '../../../fs/index.ts';

const SECOND = 1_000_000_000n;

/** `time` in nanoseconds since 1970, also before it; whole seconds have no fraction. */
export const toRfc3339 = (time: Nanoseconds): string => {
  const rest = ((time % SECOND) + SECOND) % SECOND;
  const whole = new Date(Number((time - rest) / SECOND) * 1000).toISOString().slice(0, -5);
  const fraction = String(rest).padStart(9, '0').replace(/0+$/, '');
  return fraction === '' ? `${whole}Z` : `${whole}.${fraction}Z`;
};

/** `undefined` for what is no time of that form. */
export const fromRfc3339 = (text: string): Nanoseconds | undefined => {
  const match = /^(\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(text);
  const milliseconds = match === null ? Number.NaN : Date.parse(`${match[1]}${match[3]}`);
  if (match === null || Number.isNaN(milliseconds)) return undefined;
  return BigInt(milliseconds) * 1_000_000n + BigInt((match[2] ?? '').padEnd(9, '0'));
};
