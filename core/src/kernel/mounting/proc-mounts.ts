/** The mounts of a namespace as Linux prints them. */
import { type MountNamespace, type Mounted, pathOf } from '../../vfs/index.ts';

/** A row of /proc/mounts (fstab(5) order). */
export interface MountRow {
  readonly source: string;
  readonly target: string;
  readonly type: string;
  /** E.g. `rw,relatime,lowerdir=/a:/b,upperdir=/u,workdir=/w`. */
  readonly options: string;
}

export const mountRows = (namespace: MountNamespace): readonly MountRow[] =>
  [...namespace.mounts()].map((mounted) => ({
    source: mounted.superblock.source,
    target: pathOf({ mount: mounted, inode: mounted.root }, { mount: namespace.root, inode: namespace.root.root }),
    type: mounted.fs.type,
    options: optionsOf(mounted),
  }));

const optionsOf = (mounted: Mounted): string => {
  const { flags, superblock } = mounted;
  const words = [mounted.readOnly ? 'ro' : 'rw'];
  if (flags.noSuid === true) words.push('nosuid');
  if (flags.noDev === true) words.push('nodev');
  if (flags.noExec === true) words.push('noexec');
  words.push(flags.noAtime === true ? 'noatime' : 'relatime');
  if (superblock.options !== '') words.push(superblock.options);
  return words.join(',');
};

/** /proc/mounts: one line a mount, white space and backslashes in octal. */
export const procMounts = (namespace: MountNamespace): string =>
  mountRows(namespace)
    .map(({ source, target, type, options }) => `${octal(source)} ${octal(target)} ${type} ${options} 0 0\n`)
    .join('');

const octal = (text: string): string =>
  text.replaceAll(/[ \t\n\\]/g, (unit) => `\\${unit.charCodeAt(0).toString(8).padStart(3, '0')}`);
