import { type Inode, fail } from '../../fs/index.ts';
import { Superblock } from '../../vfs/index.ts';
import { DISK_SOURCE } from './simulated-btrfs.ts';
import type { Machine } from '../machine.ts';
import { ParameterErrors, parseParameters } from '../mounting/file-system-options.ts';

/**
 * Mounting a subvolume of the disk: `subvolid=256`. ENOENT for another device or a number that no subvolume has, EINVAL
 * for other options.
 */
export const mountSubvolume = (
  machine: Machine,
  source: string,
  data: string,
  readOnly: boolean,
): { readonly superblock: Superblock; readonly root: Inode } => {
  const errors = new ParameterErrors('btrfs', machine.log);
  if (source !== DISK_SOURCE) fail('ENOENT', source);
  let id: number | undefined;
  for (const { key, value } of parseParameters(data)) {
    if (key !== 'subvolid') errors.unknown(key);
    id = /^\d+$/.test(value ?? '') ? Number(value) : errors.badValue(key);
  }
  const found = [...machine.subvolumes].find(([, subvolume]) => subvolume.id === id);
  const [root, subvolume] = found ?? fail('ENOENT', `subvolid=${id}`);
  const { fs } = machine.namespace.root;
  return {
    superblock: new Superblock({
      fs,
      source,
      options: `subvolid=${subvolume.id}`,
      ...(readOnly ? { readOnly } : {}),
      ...(subvolume.readOnly ? { fixedReadOnly: true } : {}),
    }),
    root,
  };
};
