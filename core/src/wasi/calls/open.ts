/** path_open: from oflags, fdflags and rights to open(2), and to what the new descriptor may do. */
import {
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  S_IFMT,
} from '../../fs/index.ts';
import { refuse } from '../abi/errno.ts';
import { FDFLAGS, FILETYPE_DIRECTORY, filetypeOf, LOOKUP_SYMLINK_FOLLOW } from '../abi/types.ts';
import { Descriptor } from '../descriptors/descriptor.ts';
import * as rights from '../descriptors/rights.ts';
import type { WasiSystem } from '../system.ts';
import type { CallTable } from './call.ts';
import { rightsOf } from './descriptors.ts';

const OFLAG_CREAT = 1;
const OFLAG_DIRECTORY = 2;
const OFLAG_EXCL = 4;
const OFLAG_TRUNC = 8;

const READS = rights.FD_READ | rights.FD_READDIR;
const SIZES = rights.FD_ALLOCATE | rights.FD_FILESTAT_SET_SIZE;
/** wasi-libc's open(2) makes files for everybody; the umask says what is left. */
const NEW_FILE = 0o666;

/**
 * FD_WRITE alone tells writing: Go's programs ask for FD_FILESTAT_SET_SIZE with whatever they only read, and opening that
 * for writing would copy it up. Rights to change the size mean writing where nothing else is asked for.
 */
const accessMode = (base: rights.Rights): number => {
  const reads = (base & READS) !== 0;
  const writes = (base & rights.FD_WRITE) !== 0 || (!reads && (base & SIZES) !== 0);
  if (!writes) return O_RDONLY;
  return reads ? O_RDWR : O_WRONLY;
};

const openFlags = (oflags: number, lookup: number): number =>
  ((oflags & OFLAG_CREAT) === 0 ? 0 : O_CREAT) |
  ((oflags & OFLAG_DIRECTORY) === 0 ? 0 : O_DIRECTORY) |
  ((oflags & OFLAG_EXCL) === 0 ? 0 : O_EXCL) |
  ((oflags & OFLAG_TRUNC) === 0 ? 0 : O_TRUNC) |
  ((lookup & LOOKUP_SYMLINK_FOLLOW) === 0 ? O_NOFOLLOW : 0);

/** What the flags ask of the directory, besides opening. */
const neededRights = (oflags: number): rights.Rights =>
  rights.PATH_OPEN | ((oflags & OFLAG_CREAT) === 0 ? 0 : rights.PATH_CREATE_FILE);

/**
 * Emptying a file by opening it takes PATH_FILESTAT_SET_SIZE, or that the directory hands on FD_FILESTAT_SET_SIZE: who can
 * have a descriptor to empty the file by is refused nothing that way. Go drops the former from every directory it opens
 * and then creates files in it (os.Root).
 */
const mayTruncate = ({ base, inheriting }: Descriptor): boolean =>
  (base & rights.PATH_FILESTAT_SET_SIZE) !== 0 || (inheriting & rights.FD_FILESTAT_SET_SIZE) !== 0;

export const openCalls = (system: WasiSystem): CallTable => {
  const { process, table } = system;
  return {
    path_open: (
      fd: number,
      lookup: number,
      pointer: number,
      length: number,
      oflags: number,
      baseRights: bigint,
      inheritingRights: bigint,
      fdflags: number,
      out: number,
    ) => {
      const parent = system.directory(fd, neededRights(oflags));
      if ((oflags & OFLAG_TRUNC) !== 0 && !mayTruncate(parent)) refuse('ENOTCAPABLE');
      if ((fdflags & ~FDFLAGS) !== 0) refuse('EINVAL');
      const wanted = rightsOf(baseRights);
      const inheriting = rightsOf(inheritingRights) & rights.ALL_RIGHTS;
      if (((wanted | inheriting) & rights.ALL_RIGHTS & ~parent.inheriting) !== 0) refuse('ENOTCAPABLE');
      const path = system.path(pointer, length);
      table.requireRoom();
      const flags = openFlags(oflags, lookup);
      // A directory is only ever read, whatever the rights say that a file would need.
      const access = accessMode(wanted);
      if ((flags & O_DIRECTORY) !== 0 && (wanted & rights.FD_WRITE) !== 0) refuse('EISDIR');
      const file = process.open(path, flags | ((flags & O_DIRECTORY) === 0 ? access : O_RDONLY), NEW_FILE, parent.file);
      const filetype = filetypeOf(process.fstat(file).mode & S_IFMT);
      const descriptor = new Descriptor({
        file,
        filetype,
        flags: fdflags,
        base: wanted & rights.rightsFor(filetype),
        inheriting: filetype === FILETYPE_DIRECTORY ? inheriting : 0,
        confined: parent.confined,
      });
      system.memory.setU32(out, table.add(descriptor));
    },
  };
};
