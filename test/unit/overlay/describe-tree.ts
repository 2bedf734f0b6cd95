import { majorOf, minorOf, O_DIRECTORY, O_RDONLY, PERMISSION_BITS, S_IFMT, type Stat } from '@layerscope/core/fs';
import type { SystemCalls } from '@layerscope/core/vfs';

/*
 * A tree as lines of the recorded tables: path, type, content, mode, link count of files with several, owner other
 * than root, extended attributes with overlayfs's own prefix dropped:
 *
 *   /d 0755 {impure=y,origin[33]}          /d/a f"text" 0644 n2 5:6 {user.x=1}          /d/b WHITEOUT n2
 */
const TYPES: Readonly<Record<number, string>> = { 1: 'p', 2: 'c', 4: 'd', 6: 'b', 8: 'f', 10: 'l', 12: 's' };
const decoder = new TextDecoder('latin1');
const LONG = 64;

export interface TreeOptions {
  /** Lengths of handles and ids, as `origin[33]`. */
  readonly lengths?: boolean;
  /** Whether whiteouts, link counts and overlayfs's attributes are shown. */
  readonly layer?: boolean;
}

/** What a path is, in one line. */
export const describeObject = (process: SystemCalls, path: string, options: TreeOptions = {}): string => {
  const stat = process.stat(path, false);
  const type = TYPES[(stat.mode & S_IFMT) >> 12] ?? '?';
  if (type === 'c' && stat.rdev === 0) {
    const mode = stat.mode & PERMISSION_BITS;
    return `WHITEOUT${mode === 0 ? '' : `(${mode.toString(8)})`}${links(stat)}`;
  }
  const mode = `0${(stat.mode & PERMISSION_BITS).toString(8).padStart(3, '0')}`.slice(-4);
  const owner = stat.uid === 0 && stat.gid === 0 ? '' : ` ${stat.uid}:${stat.gid}`;
  const body = bodyOf(process, path, stat, type, mode);
  return `${body}${type === 'd' ? '' : links(stat)}${owner}${xattrs(process, path, options)}`;
};

const bodyOf = (process: SystemCalls, path: string, stat: Stat, type: string, mode: string): string => {
  if (type === 'f') return `f${content(process, path, stat)} ${mode}`;
  if (type === 'l') return `l->${process.readlink(path)}`;
  if (type === 'c' || type === 'b') return `${type}(${majorOf(stat.rdev)}:${minorOf(stat.rdev)}) ${mode}`;
  return `${type} ${mode}`;
};

const links = ({ nlink }: Stat): string => (nlink > 1 ? ` n${nlink}` : '');

const content = (process: SystemCalls, path: string, { size }: Stat): string => {
  if (size > LONG) return `[${size}]`;
  const fd = process.open(path, O_RDONLY);
  const bytes = new Uint8Array(LONG);
  const length = process.pread(fd, bytes, 0);
  process.close(fd);
  return JSON.stringify(decoder.decode(bytes.slice(0, length)));
};

const xattrs = (process: SystemCalls, path: string, { lengths = false, layer = true }: TreeOptions): string => {
  if (!layer) return '';
  const shown = process.listxattr(path, false).map((name) => {
    const value = process.getxattr(path, name, false);
    const short = name.replace(/^trusted\.overlay\./, '').replace(/^user\.overlay\./, 'U:');
    if (/(origin|uuid)$/.test(short)) return lengths ? `${short}[${value.length}]` : short;
    return `${short}=${name.startsWith('system.') ? `0x${hex(value)}` : decoder.decode(value)}`;
  });
  return shown.length === 0 ? '' : ` {${shown.toSorted().join(',')}}`;
};

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** The names in a directory, sorted. */
export const namesIn = (process: SystemCalls, path: string): readonly string[] => {
  const fd = process.open(path, O_RDONLY | O_DIRECTORY);
  try {
    return process
      .getdents(fd)
      .map(({ name }) => name)
      .filter((name) => name !== '.' && name !== '..')
      .toSorted();
  } finally {
    process.close(fd);
  }
};

/** Every object below `path`, and `path` itself as `/`. */
export const describeTree = (
  process: SystemCalls,
  path: string,
  options: TreeOptions = {},
): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  const visit = (at: string, shown: string): void => {
    found.set(shown || '/', describeObject(process, at, options));
    for (const name of namesIn(process, at)) {
      const child = `${at}/${name}`;
      if ((process.stat(child, false).mode & S_IFMT) >> 12 === 4) visit(child, `${shown}/${name}`);
      else found.set(`${shown}/${name}`, describeObject(process, child, options));
    }
  };
  visit(path, '');
  return found;
};

/** Lines of the paths that `wanted` keeps, in order of paths. */
export const linesOf = (tree: ReadonlyMap<string, string>, wanted: (path: string) => boolean = () => true): string =>
  [...tree]
    .filter(([path]) => wanted(path))
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([path, line]) => `${path} ${line}`)
    .join('\n');

/** Lines in order, without empty ones. */
export const sorted = (lines: string): string => lines.split('\n').filter(Boolean).toSorted().join('\n');
