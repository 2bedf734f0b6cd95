/** The lines of `ls`: short, or long with every column as wide as its widest value. */
import {
  isDevice,
  isDirectory,
  isSymlink,
  majorOf,
  minorOf,
  S_IFIFO,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  type Stat,
} from '../../../fs/index.ts';
import { modeString } from '../../file-mode.ts';
import { FsError } from '../../../fs/index.ts';
import type { Invocation } from '../../command.ts';
import type { Options } from '../../options.ts';
import { readAccounts } from '../support/accounts.ts';
import { formatTime, fullTime, secondsOf } from '../support/dates.ts';
import { humanSize } from '../support/sizes.ts';
import { timeOf } from './ls.ts';

export interface Row {
  /** What is printed. */
  readonly name: string;
  /** What is asked. */
  readonly path: string;
  readonly stat: Stat;
  /** Of a symlink: where it points, and what is there. */
  readonly link?: string;
  readonly target?: Stat;
}

/** Half a Gregorian year in seconds: older, or newer than now, and the date shows its year. */
const RECENT = 31_556_952n / 2n;

const dateOf = (invocation: Invocation, options: Options, stat: Stat, now: bigint): string => {
  const time = stat[timeOf(options)];
  const style = options.has('full-time') ? 'full-iso' : options.value('time-style')?.replace(/^posix-/, '');
  if (style?.startsWith('+') === true) return formatTime(time, style.slice(1));
  if (style === 'full-iso') return fullTime(time);
  if (style === 'long-iso') return formatTime(time, '%Y-%m-%d %H:%M');
  const isRecent = now - secondsOf(time) < RECENT && time <= invocation.clock.now();
  if (style === 'iso') return formatTime(time, isRecent ? '%m-%d %H:%M' : '%Y-%m-%d ');
  return formatTime(time, isRecent ? '%b %e %H:%M' : '%b %e  %Y');
};

/** The mark of -F and -p. */
const indicator = (options: Options, mode: number): string => {
  if (isDirectory(mode)) return options.has('F', 'p') ? '/' : '';
  if (!options.has('F')) return '';
  switch (mode & S_IFMT) {
    case S_IFREG:
      return (mode & 0o111) === 0 ? '' : '*';
    case S_IFIFO:
      return '|';
    case S_IFSOCK:
      return '=';
    default:
      return isSymlink(mode) ? '@' : '';
  }
};

const blocksOf = (options: Options, stat: Stat): string => {
  const bytes = stat.blocks * 512;
  return options.has('h') ? humanSize(bytes) : String(Math.ceil(bytes / 1024));
};

/** GNU's `+`: an access control list beyond the mode. */
const hasAcl = ({ process }: Invocation, { path, stat }: Row): boolean => {
  if (isSymlink(stat.mode)) return false;
  try {
    return process.listxattr(path, false).some((name) => name.startsWith('system.posix_acl_'));
  } catch (error) {
    if (error instanceof FsError) return false;
    throw error;
  }
};

/** -q: what a terminal might misread becomes `?`. */
const shown = (options: Options, name: string): string =>
  options.has('q') ? name.replaceAll(/[^\x20-\x7e]/g, '?') : name;

const nameOf = (options: Options, row: Row, long: boolean): string => {
  const { stat, link, target } = row;
  const name = shown(options, row.name);
  if (!long || link === undefined) return name + indicator(options, stat.mode);
  const mark = target === undefined ? '' : indicator(options, target.mode);
  return `${name} -> ${shown(options, link)}${mark}`;
};

type Column = readonly [cells: readonly string[], align: 'left' | 'right'];

const widest = (numbers: readonly number[]): number => Math.max(0, ...numbers.map((value) => String(value).length));

const sizeColumn = (options: Options, rows: readonly Row[]): Column => {
  const devices = rows.filter(({ stat }) => isDevice(stat.mode)).map(({ stat }) => stat.rdev);
  const [major, minor] = [widest(devices.map(majorOf)), widest(devices.map(minorOf))];
  const cells = rows.map(({ stat }) => {
    if (isDevice(stat.mode))
      return `${String(majorOf(stat.rdev)).padStart(major)}, ${String(minorOf(stat.rdev)).padStart(minor)}`;
    return options.has('h') ? humanSize(stat.size) : String(stat.size);
  });
  return [cells, 'right'];
};

/** Names stand left in their column, numbers without a name right. */
const accountColumn = (ids: readonly number[], nameOfId: (id: number) => string | undefined): Column => {
  const names = ids.map(nameOfId);
  const width = Math.max(0, ...ids.map((id, index) => (names[index] ?? String(id)).length));
  return [ids.map((id, index) => names[index]?.padEnd(width) ?? String(id).padStart(width)), 'left'];
};

const longColumns = (invocation: Invocation, options: Options, rows: readonly Row[]): readonly Column[] => {
  const accounts = options.has('n') ? undefined : readAccounts(invocation.process);
  const acls = rows.map((row) => hasAcl(invocation, row));
  const anyAcl = acls.includes(true);
  const now = secondsOf(invocation.clock.now());
  const marks = (index: number): string => (acls[index] === true ? '+' : anyAcl ? ' ' : '');
  const columns: Column[] = [
    [rows.map(({ stat }, index) => modeString(stat.mode) + marks(index)), 'left'],
    [rows.map(({ stat }) => String(stat.nlink)), 'right'],
  ];
  if (!options.has('g'))
    columns.push(
      accountColumn(
        rows.map(({ stat }) => stat.uid),
        (uid) => accounts?.userName(uid),
      ),
    );
  if (!options.has('o', 'G'))
    columns.push(
      accountColumn(
        rows.map(({ stat }) => stat.gid),
        (gid) => accounts?.groupName(gid),
      ),
    );
  columns.push(sizeColumn(options, rows));
  columns.push([rows.map(({ stat }) => dateOf(invocation, options, stat, now)), 'right']);
  return columns;
};

/** All lines of one directory or of the operands that are none. `total` belongs to directories. */
export const formatRows = (
  invocation: Invocation,
  options: Options,
  rows: readonly Row[],
  isListing: boolean,
): string => {
  const long = options.has('l', 'n', 'g', 'o', 'full-time');
  const columns: Column[] = [];
  if (options.has('i')) columns.push([rows.map(({ stat }) => String(stat.ino)), 'right']);
  if (options.has('s')) columns.push([rows.map(({ stat }) => blocksOf(options, stat)), 'right']);
  if (long && rows.length > 0) columns.push(...longColumns(invocation, options, rows));
  const widths = columns.map(([cells]) => Math.max(0, ...cells.map((cell) => cell.length)));
  const lines = rows.map((row, index) => {
    const cells = columns.map(([values, align], column) => {
      const [cell = '', width = 0] = [values[index], widths[column]];
      return align === 'right' ? cell.padStart(width) : cell.padEnd(width);
    });
    return `${[...cells, nameOf(options, row, long)].join(' ')}\n`;
  });
  if (!isListing || !(long || options.has('s'))) return lines.join('');
  const bytes = rows.reduce((sum, { stat }) => sum + stat.blocks * 512, 0);
  return `total ${options.has('h') ? humanSize(bytes) : Math.ceil(bytes / 1024)}\n${lines.join('')}`;
};
