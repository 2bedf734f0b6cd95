/** `ls`: what is in a directory, as the file system has it. Output is that of GNU ls to a pipe in the C locale. */
import { compareNames, FsError, isDirectory, isSymlink, type Stat } from '../../../fs/index.ts';
import { complain, errorText, print, quote, type Command, type Invocation } from '../../command.ts';
import { joinPath, readDirectory } from '../../directory.ts';
import { parseOptions, usage, type Options } from '../../options.ts';
import { formatRows, type Row } from './rows.ts';

const LONG = {
  all: 'a',
  'almost-all': 'A',
  directory: 'd',
  inode: 'i',
  'numeric-uid-gid': 'n',
  recursive: 'R',
  'human-readable': 'h',
  reverse: 'r',
  classify: 'F',
  size: 's',
  dereference: 'L',
  'no-group': 'G',
  'full-time': 'full-time',
  'time-style': 'time-style',
  time: 'time',
  sort: 'sort',
  color: 'color',
  'group-directories-first': 'group-directories-first',
};

/** GNU: 1 for trouble below the command line, 2 for an operand or option that cannot be obeyed. */
const MINOR = 1;
const SERIOUS = 2;

interface Listing {
  readonly invocation: Invocation;
  readonly options: Options;
  status: number;
}

type Time = 'atime' | 'mtime' | 'ctime' | 'btime';
const TIMES: Record<string, Time> = {
  atime: 'atime',
  access: 'atime',
  use: 'atime',
  ctime: 'ctime',
  status: 'ctime',
  birth: 'btime',
  creation: 'btime',
};

/** Which time is shown and sorted by. */
export const timeOf = (options: Options): Time => {
  const named = TIMES[options.value('time') ?? ''];
  if (named !== undefined) return named;
  const last = options.last('u', 'c');
  return last === 'u' ? 'atime' : last === 'c' ? 'ctime' : 'mtime';
};

const rank = (row: Row): number => (isDirectory((row.target ?? row.stat).mode) ? 0 : 1);

const order = (options: Options): ((left: Row, right: Row) => number) => {
  const by =
    options.value('sort') ?? { t: 'time', S: 'size', U: 'none', f: 'none' }[options.last('t', 'S', 'U', 'f') ?? ''];
  const time = timeOf(options);
  const timed = by === 'time' || (by === undefined && options.has('u', 'c') && !options.has('l', 'full-time'));
  const compare = (left: Row, right: Row): number => {
    if (by === 'none') return 0;
    if (timed && left.stat[time] !== right.stat[time]) return left.stat[time] > right.stat[time] ? -1 : 1;
    if (by === 'size' && left.stat.size !== right.stat.size) return right.stat.size - left.stat.size;
    return compareNames(left.name, right.name);
  };
  const signed = options.has('r') && by !== 'none' ? (left: Row, right: Row): number => -compare(left, right) : compare;
  if (!options.has('group-directories-first')) return signed;
  return (left, right) => rank(left) - rank(right) || signed(left, right);
};

/** Looks at one name. `path` is what to ask, `name` what to print. */
const look = (listing: Listing, path: string, name: string, follow: boolean): Row | undefined => {
  const { process } = listing.invocation;
  const stat = follow ? followed(process, path) : process.stat(path, false);
  if (!isSymlink(stat.mode)) return { name, path, stat };
  const target = targetOf(listing, path);
  return target === undefined
    ? { name, path, stat, link: process.readlink(path) }
    : { name, path, stat, target, link: process.readlink(path) };
};

/** A link that leads nowhere is shown itself. */
const followed = (process: Invocation['process'], path: string): Stat => {
  try {
    return process.stat(path);
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    return process.stat(path, false);
  }
};

const targetOf = ({ invocation }: Listing, path: string): Stat | undefined => {
  try {
    return invocation.process.stat(path);
  } catch (error) {
    if (error instanceof FsError) return undefined;
    throw error;
  }
};

const trouble = (listing: Listing, message: string, status: number): void => {
  complain(listing.invocation, message);
  listing.status = Math.max(listing.status, status);
};

const rowsOf = (listing: Listing, path: string): readonly Row[] => {
  const { options, invocation } = listing;
  const rows: Row[] = [];
  for (const { name } of readDirectory(invocation.process, path)) {
    const hidden = name.startsWith('.');
    const dots = name === '.' || name === '..';
    const last = options.last('a', 'A', 'f');
    if (hidden && (last === undefined || (last === 'A' && dots))) continue;
    try {
      const row = look(listing, joinPath(path, name), name, options.has('L'));
      if (row !== undefined) rows.push(row);
    } catch (error) {
      trouble(listing, `cannot access ${quote(joinPath(path, name))}: ${errorText(error)}`, MINOR);
    }
  }
  return rows.toSorted(order(options));
};

const showDirectory = (
  listing: Listing,
  path: string,
  heading: boolean,
  first: boolean,
  isOperand: boolean,
): boolean => {
  const { invocation, options } = listing;
  let rows: readonly Row[];
  try {
    rows = rowsOf(listing, path);
  } catch (error) {
    trouble(listing, `cannot open directory ${quote(path)}: ${errorText(error)}`, isOperand ? SERIOUS : MINOR);
    return first;
  }
  if (heading) print(invocation, `${first ? '' : '\n'}${path}:\n`);
  print(invocation, formatRows(invocation, options, rows, true));
  if (!options.has('R')) return false;
  for (const row of rows)
    if (isDirectory(row.stat.mode) && row.name !== '.' && row.name !== '..')
      showDirectory(listing, joinPath(path, row.name), true, false, false);
  return false;
};

export const ls: Command = (invocation) => {
  const options = parseOptions(invocation, {
    short: '1aAcdfFghiklLnNoGpqQrRsStuU',
    long: LONG,
    valued: ['time-style', 'time', 'sort'],
    optional: ['color'],
    failure: SERIOUS,
  });
  const style = options.value('time-style');
  if (style !== undefined && !/^\+|^(?:posix-)?(?:full-iso|long-iso|iso|locale)$/.test(style))
    throw usage(invocation, `invalid argument ${quote(style)} for ${quote('time style')}`, SERIOUS);
  const listing: Listing = { invocation, options, status: 0 };
  const operands = options.operands.length === 0 ? ['.'] : options.operands;
  const files: Row[] = [];
  const directories: Row[] = [];
  // A link on the command line is followed unless it is itself what is asked about.
  const asLinks = options.has('l', 'n', 'g', 'o', 'full-time', 'd', 'F') && !options.has('L', 'H');
  for (const operand of operands) {
    try {
      const row = look(listing, operand, operand, !asLinks);
      if (row === undefined) continue;
      if (isDirectory(row.stat.mode) && !options.has('d')) directories.push(row);
      else files.push(row);
    } catch (error) {
      trouble(listing, `cannot access ${quote(operand)}: ${errorText(error)}`, SERIOUS);
    }
  }
  const compare = order(options);
  print(invocation, formatRows(invocation, options, files.toSorted(compare), false));
  const heading = operands.length > 1 || options.has('R');
  let first = files.length === 0;
  for (const { path } of directories.toSorted(compare)) first = showDirectory(listing, path, heading, first, true);
  return listing.status;
};
