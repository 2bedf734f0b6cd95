/** `logger`: appends lines to a log, and moves it away when it has grown too large. */
import { APPEND, close, CREATE, dieOf, mustOpen, rename, stat, WRITE, writeText } from './lib/files';
import { now, parseNumber, programArguments, usage } from './lib/program';

const USAGE = `usage: logger [-n COUNT] [-s SIZE] [-k KEEP] FILE TEXT...
Appends TEXT as a line with the time before it; COUNT times. A FILE of SIZE bytes or more is first moved to FILE.1,
FILE.1 to FILE.2 and so on; KEEP of them are kept (default 3).
`;

/** 2026-01-01T00:00:00Z, from nanoseconds since 1970; days by the civil calendar's 400-year cycle. */
function timestamp(time: i64): string {
  const seconds = time / 1_000_000_000;
  const days = seconds / 86_400 + 719_468;
  const era = days / 146_097;
  const day = days - era * 146_097;
  const year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
  const yearDay = day - (365 * year + year / 4 - year / 100);
  const shifted = (5 * yearDay + 2) / 153;
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const inDay = seconds % 86_400;
  return (
    (year + era * 400 + (month <= 2 ? 1 : 0)).toString() +
    '-' +
    two(month) +
    '-' +
    two(yearDay - (153 * shifted + 2) / 5 + 1) +
    'T' +
    two(inDay / 3600) +
    ':' +
    two((inDay / 60) % 60) +
    ':' +
    two(inDay % 60) +
    'Z'
  );
}

function two(value: i64): string {
  return value.toString().padStart(2, '0');
}

/** The oldest is overwritten by the one before it. */
function rotate(path: string, keep: i32): void {
  for (let age = keep - 1; age >= 1; age--) {
    const from = path + '.' + age.toString();
    if (stat(from) !== null && !rename(from, path + '.' + (age + 1).toString())) dieOf(from);
  }
  if (!rename(path, path + '.1')) dieOf(path);
}

function main(): void {
  const list = programArguments();
  let count = 1;
  let size: i32 = i32.MAX_VALUE;
  let keep = 3;
  let at = 1;
  while (at + 1 < list.length && list[at].startsWith('-')) {
    const option = list[at];
    const value = list[at + 1];
    if (option == '-n') count = parseNumber(value, 'COUNT');
    else if (option == '-s') size = parseNumber(value, 'SIZE');
    else if (option == '-k') keep = max(1, parseNumber(value, 'KEEP'));
    else usage(USAGE);
    at += 2;
  }
  if (list.length - at < 2) return usage(USAGE);
  const path = list[at];
  const text = list.slice(at + 1).join(' ');
  for (let line = 0; line < count; line++) {
    const before = stat(path);
    if (before !== null && before.size >= <i64>size) rotate(path, keep);
    const fd = mustOpen(path, WRITE | CREATE | APPEND);
    writeText(fd, timestamp(now()) + ' ' + text + '\n');
    close(fd);
  }
}

main();
