/** Calls that make, move and remove names. */
import { encodeName, FsError } from '../../fs/index.ts';
import { refuse } from '../abi/errno.ts';
import { LOOKUP_SYMLINK_FOLLOW } from '../abi/types.ts';
import type { Descriptor } from '../descriptors/descriptor.ts';
import * as rights from '../descriptors/rights.ts';
import type { WasiSystem } from '../system.ts';
import type { CallTable } from './call.ts';

const NEW_DIRECTORY = 0o777;
const SLASH = '/';

/** A name below a directory. */
interface Named {
  readonly directory: Descriptor;
  readonly path: string;
}

/** Runs a call on two names; both stay below their directories when one of them must. */
const withBoth = (system: WasiSystem, from: Named, to: Named, call: () => void): void => {
  system.confine(from.directory.confined || to.directory.confined);
  try {
    call();
  } catch (error) {
    if (!(error instanceof FsError) || error.code !== 'EXDEV') throw error;
    // Two file systems, or a path that leaves its directory? The path alone tells.
    for (const { directory, path } of [from, to]) requireBelow(system, directory, path);
    refuse('EXDEV');
  }
};

const requireBelow = ({ process }: WasiSystem, { file }: Descriptor, path: string): void => {
  try {
    process.stat(path, false, file);
  } catch (error) {
    if (error instanceof FsError && error.code === 'EXDEV') refuse('EPERM');
  }
};

export const pathCalls = (system: WasiSystem): CallTable => {
  const { process } = system;
  const named = (fd: number, needed: rights.Rights, pointer: number, length: number): Named => ({
    directory: system.directory(fd, needed),
    path: system.path(pointer, length),
  });
  return {
    path_create_directory: (fd: number, pointer: number, length: number) => {
      const { file } = system.directory(fd, rights.PATH_CREATE_DIRECTORY);
      process.mkdir(system.path(pointer, length), NEW_DIRECTORY, file);
    },
    path_remove_directory: (fd: number, pointer: number, length: number) => {
      const { file } = system.directory(fd, rights.PATH_REMOVE_DIRECTORY);
      process.rmdir(system.path(pointer, length), file);
    },
    path_unlink_file: (fd: number, pointer: number, length: number) => {
      const { file } = system.directory(fd, rights.PATH_UNLINK_FILE);
      process.unlink(system.path(pointer, length), file);
    },
    path_symlink: (target: number, targetLength: number, fd: number, pointer: number, length: number) => {
      const { file, confined } = system.directory(fd, rights.PATH_SYMLINK);
      const text = system.memory.string(target, targetLength);
      // Where nothing above can be reached, an absolute link could never be followed.
      if (confined && text.startsWith(SLASH)) refuse('EPERM');
      process.symlink(text, system.path(pointer, length), file);
    },
    path_readlink: (fd: number, pointer: number, length: number, buffer: number, size: number, out: number) => {
      const { file } = system.directory(fd, rights.PATH_READLINK);
      const target = encodeName(process.readlink(system.path(pointer, length), file));
      const told = target.subarray(0, size >>> 0);
      system.memory.slice(buffer, told.length).set(told);
      system.memory.setU32(out, told.length);
    },
    path_link: (
      oldFd: number,
      lookup: number,
      oldPointer: number,
      oldLength: number,
      newFd: number,
      newPointer: number,
      newLength: number,
    ) => {
      const from = named(oldFd, rights.PATH_LINK_SOURCE, oldPointer, oldLength);
      const to = named(newFd, rights.PATH_LINK_TARGET, newPointer, newLength);
      const follow = (lookup & LOOKUP_SYMLINK_FOLLOW) !== 0;
      withBoth(system, from, to, () =>
        process.link(from.path, to.path, follow, from.directory.file, to.directory.file),
      );
    },
    path_rename: (
      oldFd: number,
      oldPointer: number,
      oldLength: number,
      newFd: number,
      newPointer: number,
      newLength: number,
    ) => {
      const from = named(oldFd, rights.PATH_RENAME_SOURCE, oldPointer, oldLength);
      const to = named(newFd, rights.PATH_RENAME_TARGET, newPointer, newLength);
      withBoth(system, from, to, () => process.rename(from.path, to.path, 0, from.directory.file, to.directory.file));
    },
  };
};
