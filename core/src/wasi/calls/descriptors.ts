/** Calls on descriptors themselves: fdstat, rights, flags, preopened directories, closing and renumbering. */
import { encodeName } from '../../fs/index.ts';
import { refuse } from '../abi/errno.ts';
import { FDFLAGS, FDSTAT_SIZE } from '../abi/types.ts';
import type { Descriptor } from '../descriptors/descriptor.ts';
import * as rights from '../descriptors/rights.ts';
import type { WasiSystem } from '../system.ts';
import type { CallTable } from './call.ts';

const PREOPEN_DIRECTORY = 0;

/** Rights beyond the 30 that exist count as rights nobody has. */
export const rightsOf = (value: bigint): rights.Rights =>
  BigInt.asUintN(64, value) > BigInt(rights.ALL_RIGHTS) ? -1 : Number(value);

const release = (system: WasiSystem, { file, stream }: Descriptor): void => {
  // The descriptors of the streams are the shell's to close.
  if (file !== undefined && stream === undefined) system.process.close(file);
};

const preopenName = (descriptor: Descriptor): Uint8Array => {
  const { preopen } = descriptor;
  return preopen === undefined ? refuse('EBADF') : encodeName(preopen.name);
};

export const descriptorCalls = (system: WasiSystem): CallTable => {
  const { table } = system;
  return {
    fd_fdstat_get: (fd: number, out: number) => {
      const { filetype, flags, base, inheriting } = table.get(fd);
      const { memory } = system;
      const at = out >>> 0;
      memory.slice(at, FDSTAT_SIZE).fill(0);
      memory.setU32(at, filetype | (flags << 16));
      memory.setSize(at + 8, base);
      memory.setSize(at + 16, inheriting);
    },
    fd_fdstat_set_flags: (fd: number, flags: number) => {
      const descriptor = table.get(fd);
      descriptor.require(rights.FD_FDSTAT_SET_FLAGS);
      if ((flags & ~FDFLAGS) !== 0) refuse('EINVAL');
      descriptor.flags = flags;
    },
    fd_fdstat_set_rights: (fd: number, base: bigint, inheriting: bigint) => {
      const descriptor = table.get(fd);
      const newBase = rightsOf(base);
      const newInheriting = rightsOf(inheriting);
      if ((newBase & ~descriptor.base) !== 0 || (newInheriting & ~descriptor.inheriting) !== 0) refuse('ENOTCAPABLE');
      descriptor.base = newBase;
      descriptor.inheriting = newInheriting;
    },
    fd_prestat_get: (fd: number, out: number) => {
      const name = preopenName(table.get(fd));
      system.memory.setU32(out, PREOPEN_DIRECTORY);
      system.memory.setU32(out + 4, name.length);
    },
    fd_prestat_dir_name: (fd: number, pointer: number, length: number) => {
      const name = preopenName(table.get(fd));
      if (length >>> 0 < name.length) refuse('ENAMETOOLONG');
      system.memory.slice(pointer, name.length).set(name);
    },
    fd_close: (fd: number) => release(system, table.remove(fd)),
    fd_renumber: (from: number, to: number) => {
      const replaced = table.renumber(from, to);
      if (replaced !== undefined) release(system, replaced);
    },
  };
};
