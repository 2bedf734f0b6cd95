/** The mounts of this process's namespace, from /proc/self/mountinfo (proc(5)). */
import { readFileSync } from 'node:fs';

export interface MountedRow {
  readonly target: string;
  /** `major:minor` of the file system. */
  readonly device: string;
  /** Which directory of the file system is mounted. */
  readonly root: string;
  readonly type: string;
  readonly source: string;
  /** What the file system shows of its options. */
  readonly options: string;
}

const unescape = (text: string): string =>
  text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

export const parseMountInfo = (text: string): readonly MountedRow[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [mount = '', superblock = ''] = line.split(' - ');
      const [, , device = '', root = '', target = ''] = mount.split(' ');
      const [type = '', source = '', options = ''] = superblock.split(' ');
      return {
        device,
        root: unescape(root),
        target: unescape(target),
        type,
        source: unescape(source),
        options: unescape(options),
      };
    });

/** Oldest first. */
export const mountTable = (): readonly MountedRow[] => parseMountInfo(readFileSync('/proc/self/mountinfo', 'utf8'));

const isBelow = (path: string, directory: string): boolean =>
  path.startsWith(directory.endsWith('/') ? directory : `${directory}/`);

/** Mount points below a directory. */
export const mountsBelow = (table: readonly MountedRow[], directory: string): readonly MountedRow[] =>
  table.filter(({ target }) => isBelow(target, directory));

/** Which of the directory entries `<directory>/<name>` a mount stands on: as an overlay's layer or as a bind's source. */
export const mountedNames = (table: readonly MountedRow[], directory: string): ReadonlySet<string> => {
  const names = new Set<string>();
  const on = table.findLast(({ target }) => target === directory || target === '/' || isBelow(directory, target));
  // As the file system sees the directory, which is how a bind's source is told.
  const inside =
    on === undefined ? directory : `${on.root}/${directory.slice(on.target.length)}`.replaceAll(/\/+/g, '/');
  for (const { device, root, type, options } of table) {
    if (device === on?.device && isBelow(root, inside)) names.add(firstName(root, inside));
    if (type !== 'overlay') continue;
    for (const option of options.split(',')) {
      if (!/^(?:lowerdir\+?|upperdir|workdir)=/.test(option)) continue;
      for (const path of option.slice(option.indexOf('=') + 1).split(':')) {
        // Relative ones are long lists of lower layers that were shortened, to `7/fs`; of which directory nobody tells.
        if (!path.startsWith('/')) names.add(path.split('/')[0]!);
        else if (isBelow(path, directory)) names.add(firstName(path, directory));
      }
    }
  }
  return names;
};

const firstName = (path: string, directory: string): string => path.slice(directory.length + 1).split('/')[0]!;
