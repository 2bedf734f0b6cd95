/** The mount data of tmpfs (tmpfs(5)): `size=64m,nr_inodes=1k,mode=755,uid=0,gid=0`. */
import { ParameterErrors, parseParameters } from './file-system-options.ts';
import type { KernelLog } from '../kernel-log.ts';

export interface TmpfsOptions {
  /** Bytes. */
  readonly size?: number;
  readonly inodes?: number;
  /** Permission bits of the root; tmpfs's own default is 1777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** What /proc/mounts shows. */
  readonly shown: string;
}

const SUFFIXES: { readonly [suffix: string]: number } = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };
const PAGE = 4096;

/** EINVAL, with the kernel's line in the log. Percentages of RAM are refused: the machine has no RAM to speak of. */
export const parseTmpfsOptions = (data: string, log: KernelLog): TmpfsOptions => {
  const errors = new ParameterErrors('tmpfs', log);
  const found: { size?: number; inodes?: number; mode?: number; uid?: number; gid?: number } = {};
  for (const { key, value } of parseParameters(data)) {
    if (key === 'size') found.size = Math.ceil(amount(value, key, errors) / PAGE) * PAGE;
    else if (key === 'nr_blocks') found.size = amount(value, key, errors) * PAGE;
    else if (key === 'nr_inodes') found.inodes = amount(value, key, errors);
    else if (key === 'mode') found.mode = integer(value, key, 8, errors) & 0o7777;
    else if (key === 'uid') found.uid = integer(value, key, 10, errors);
    else if (key === 'gid') found.gid = integer(value, key, 10, errors);
    else if (key !== 'inode64') errors.unknown(key);
  }
  return {
    ...(found.size === undefined || found.size === 0 ? {} : { size: found.size }),
    ...(found.inodes === undefined || found.inodes === 0 ? {} : { inodes: found.inodes }),
    mode: found.mode ?? 0o1777,
    uid: found.uid ?? 0,
    gid: found.gid ?? 0,
    shown: show(found),
  };
};

const amount = (value: string | undefined, key: string, errors: ParameterErrors): number => {
  const match = /^(\d+)([kmgt]?)$/i.exec(value ?? '');
  if (match === null) return errors.badValue(key);
  return Number(match[1]) * (SUFFIXES[match[2]!.toLowerCase()] ?? 1);
};

const integer = (value: string | undefined, key: string, base: number, errors: ParameterErrors): number => {
  const digits = base === 8 ? /^[0-7]+$/ : /^\d+$/;
  return value !== undefined && digits.test(value) ? Number.parseInt(value, base) : errors.badValue(key);
};

const show = (found: { size?: number; inodes?: number; mode?: number; uid?: number; gid?: number }): string => {
  const words: string[] = [];
  if (found.size !== undefined) words.push(`size=${found.size / 1024}k`);
  if (found.inodes !== undefined) words.push(`nr_inodes=${found.inodes}`);
  if (found.mode !== undefined && found.mode !== 0o1777) words.push(`mode=${found.mode.toString(8).padStart(3, '0')}`);
  if (found.uid) words.push(`uid=${found.uid}`);
  if (found.gid) words.push(`gid=${found.gid}`);
  return [...words, 'inode64'].join(',');
};
