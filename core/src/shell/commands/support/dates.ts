/** Dates in UTC: strftime(3) as `ls`, `stat` and `date` use it, and the forms `touch -d` and `-t` are used with. */
import type { Nanoseconds } from '../../../fs/index.ts';

const SECOND = 1_000_000_000n;
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = 'January February March April May June July August September October November December'.split(' ');

/** Whole seconds, rounded down also before 1970. */
export const secondsOf = (time: Nanoseconds): bigint => {
  const seconds = time / SECOND;
  return time % SECOND < 0n ? seconds - 1n : seconds;
};

export const fractionOf = (time: Nanoseconds): bigint => time - secondsOf(time) * SECOND;

const two = (value: number, fill = '0'): string => String(value).padStart(2, fill);

const dayOfYear = (date: Date): number =>
  Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000) + 1;

/** ISO 8601: the week that holds the year's first Thursday is week 1. */
const isoWeek = (date: Date): { readonly week: number; readonly year: number } => {
  const thursday = new Date(date.getTime() + (3 - ((date.getUTCDay() + 6) % 7)) * 86_400_000);
  return { week: Math.floor((dayOfYear(thursday) - 1) / 7) + 1, year: thursday.getUTCFullYear() };
};

const DIRECTIVES: Record<string, (date: Date, time: Nanoseconds) => string> = {
  a: (date) => (DAYS[date.getUTCDay()] ?? '').slice(0, 3),
  A: (date) => DAYS[date.getUTCDay()] ?? '',
  b: (date) => (MONTHS[date.getUTCMonth()] ?? '').slice(0, 3),
  B: (date) => MONTHS[date.getUTCMonth()] ?? '',
  c: (_date, time) => formatTime(time, '%a %b %e %H:%M:%S %Y'),
  C: (date) => two(Math.floor(date.getUTCFullYear() / 100)),
  d: (date) => two(date.getUTCDate()),
  D: (_date, time) => formatTime(time, '%m/%d/%y'),
  e: (date) => two(date.getUTCDate(), ' '),
  F: (_date, time) => formatTime(time, '%Y-%m-%d'),
  g: (date) => two(isoWeek(date).year % 100),
  G: (date) => String(isoWeek(date).year),
  h: (date) => (MONTHS[date.getUTCMonth()] ?? '').slice(0, 3),
  H: (date) => two(date.getUTCHours()),
  I: (date) => two(date.getUTCHours() % 12 || 12),
  j: (date) => String(dayOfYear(date)).padStart(3, '0'),
  k: (date) => two(date.getUTCHours(), ' '),
  l: (date) => two(date.getUTCHours() % 12 || 12, ' '),
  m: (date) => two(date.getUTCMonth() + 1),
  M: (date) => two(date.getUTCMinutes()),
  n: () => '\n',
  N: (_date, time) => String(fractionOf(time)).padStart(9, '0'),
  p: (date) => (date.getUTCHours() < 12 ? 'AM' : 'PM'),
  P: (date) => (date.getUTCHours() < 12 ? 'am' : 'pm'),
  r: (_date, time) => formatTime(time, '%I:%M:%S %p'),
  R: (_date, time) => formatTime(time, '%H:%M'),
  s: (_date, time) => String(secondsOf(time)),
  S: (date) => two(date.getUTCSeconds()),
  t: () => '\t',
  T: (_date, time) => formatTime(time, '%H:%M:%S'),
  u: (date) => String(date.getUTCDay() || 7),
  U: (date) => two(Math.floor((dayOfYear(date) + 6 - date.getUTCDay()) / 7)),
  V: (date) => two(isoWeek(date).week),
  w: (date) => String(date.getUTCDay()),
  W: (date) => two(Math.floor((dayOfYear(date) + 6 - ((date.getUTCDay() + 6) % 7)) / 7)),
  x: (_date, time) => formatTime(time, '%m/%d/%y'),
  X: (_date, time) => formatTime(time, '%H:%M:%S'),
  y: (date) => two(date.getUTCFullYear() % 100),
  Y: (date) => String(date.getUTCFullYear()),
  z: () => '+0000',
  Z: () => 'UTC',
  '%': () => '%',
};

/** strftime(3) in UTC and the C locale, with GNU's `%N`, `%s`, `%3N`, `%-d`, `%:z`. */
export const formatTime = (time: Nanoseconds, format: string): string => {
  const date = new Date(Number(secondsOf(time)) * 1000);
  return format.replace(
    /%([-_0]?)(\d*)(:*)([a-zA-Z%])/g,
    (whole, flag: string, width: string, colons: string, letter: string) => {
      if (colons !== '' && letter === 'z') return '+00:00';
      const text = DIRECTIVES[letter]?.(date, time) ?? whole;
      if (letter === 'N' && width !== '') return text.slice(0, Number(width));
      if (flag === '-') return text.replace(/^[0 ]+(?=.)/, '');
      if (flag === '_') return text.replace(/^0+(?=.)/, (zeroes) => ' '.repeat(zeroes.length));
      return text;
    },
  );
};

/** `2026-11-22 17:04:53.123456789 +0000`, as `stat` and `ls --full-time` print it. */
export const fullTime = (time: Nanoseconds): string => formatTime(time, '%Y-%m-%d %H:%M:%S.%N +0000');

const fraction = (digits: string | undefined): bigint => BigInt((digits ?? '').padEnd(9, '0').slice(0, 9) || '0');

const utc = (parts: readonly number[]): bigint => {
  const [year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts;
  const date = new Date(Date.UTC(2000, month - 1, day, hour, minute, second));
  date.setUTCFullYear(year, month - 1, day);
  return BigInt(date.getTime() / 1000) * SECOND;
};

const UNITS: Record<string, bigint> = {
  second: 1n,
  sec: 1n,
  minute: 60n,
  min: 60n,
  hour: 3600n,
  day: 86_400n,
  week: 604_800n,
};

/** A date as `-d` takes it: ISO forms, `@seconds`, `now`, `yesterday`, `3 days ago`. `undefined` for anything else. */
export const parseDate = (text: string, now: Nanoseconds): Nanoseconds | undefined => {
  const trimmed = text.trim().replace(/\s*(?:UTC|GMT|Z)$/, '');
  const epoch = /^@(-?\d+)(?:[.,](\d+))?$/.exec(trimmed);
  if (epoch !== null) return BigInt(epoch[1] ?? '0') * SECOND + fraction(epoch[2]);
  const iso =
    /^(\d{4})-(\d\d?)-(\d\d?)(?:[T ]+(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?\s*(?:([+-])(\d\d):?(\d\d))?$/.exec(
      trimmed,
    );
  if (iso !== null) {
    const offset = (BigInt(iso[9] ?? '0') * 3600n + BigInt(iso[10] ?? '0') * 60n) * (iso[8] === '-' ? 1n : -1n);
    return utc(iso.slice(1, 7).map((part) => Number(part ?? 0))) + fraction(iso[7]) + offset * SECOND;
  }
  const compact = /^(\d{4})(\d\d)(\d\d)(?: (\d\d?):(\d\d)(?::(\d\d))?)?$/.exec(trimmed);
  if (compact !== null) return utc(compact.slice(1, 7).map((part) => Number(part ?? 0)));
  if (trimmed === 'now' || trimmed === '') return now;
  if (trimmed === 'today') return now;
  if (trimmed === 'yesterday') return now - 86_400n * SECOND;
  if (trimmed === 'tomorrow') return now + 86_400n * SECOND;
  const relative = /^([+-]?)\s*(\d+)\s*([a-z]+?)s?(\s+ago)?$/.exec(trimmed);
  const unit = UNITS[relative?.[3] ?? ''];
  if (relative === null || unit === undefined) return undefined;
  const back = (relative[1] === '-') !== (relative[4] !== undefined);
  return now + BigInt(relative[2] ?? '0') * unit * SECOND * (back ? -1n : 1n);
};

/** `[[CC]YY]MMDDhhmm[.ss]`, as `touch -t` takes it. */
export const parseStamp = (text: string, now: Nanoseconds): Nanoseconds | undefined => {
  const match = /^(\d\d)?(\d\d)?(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d\d))?$/.exec(text);
  if (match === null) return undefined;
  const [, one, two_, ...rest] = match;
  const short = two_ === undefined ? one : two_;
  const thisYear = Number(formatTime(now, '%Y'));
  const century = two_ === undefined ? (Number(short) >= 69 ? '19' : '20') : (one ?? '20');
  const year = short === undefined ? thisYear : Number(century + short);
  return utc([year, ...rest.map((part) => Number(part ?? 0))]);
};
