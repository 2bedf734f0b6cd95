/** Error numbers of WASI preview 1 (`errno` of its witx): an alphabet of its own, not Linux's. */
import { FsError, type ErrnoName } from '../../fs/index.ts';

const WASI_ERRNO = {
  E2BIG: 1,
  EACCES: 2,
  EADDRINUSE: 3,
  EAGAIN: 6,
  EBADF: 8,
  EBUSY: 10,
  ECHILD: 12,
  EDQUOT: 19,
  EEXIST: 20,
  EFAULT: 21,
  EFBIG: 22,
  EINTR: 27,
  EINVAL: 28,
  EIO: 29,
  EISDIR: 31,
  ELOOP: 32,
  EMFILE: 33,
  EMLINK: 34,
  ENAMETOOLONG: 37,
  ENFILE: 41,
  ENODEV: 43,
  ENOENT: 44,
  ENOEXEC: 45,
  ENOMEM: 48,
  ENOSPC: 51,
  ENOSYS: 52,
  ENOTDIR: 54,
  ENOTEMPTY: 55,
  ENOTSOCK: 57,
  EOPNOTSUPP: 58,
  ENOTTY: 59,
  ENXIO: 60,
  EOVERFLOW: 61,
  EPERM: 63,
  EPIPE: 64,
  ERANGE: 68,
  EROFS: 69,
  ESPIPE: 70,
  ESTALE: 72,
  ETXTBSY: 74,
  EXDEV: 75,
  ENOTCAPABLE: 76,
} as const;

export type WasiErrnoName = keyof typeof WASI_ERRNO;

/** A failure that Linux has no number for here, or that the host itself finds. */
export class WasiError extends Error {
  readonly code: WasiErrnoName;

  constructor(code: WasiErrnoName) {
    super(code);
    this.name = 'WasiError';
    this.code = code;
  }
}

/** Throws. An answer, not a fault: one object a code, as `fail` of the file systems has it. */
export const refuse = (code: WasiErrnoName): never => {
  let error = ANSWERS.get(code);
  if (error === undefined) ANSWERS.set(code, (error = new WasiError(code)));
  throw error;
};

const ANSWERS = new Map<WasiErrnoName, WasiError>();

const numberOf = (code: ErrnoName | WasiErrnoName): number =>
  (WASI_ERRNO as { readonly [name: string]: number | undefined })[code] ?? WASI_ERRNO.EIO;

/** The number a program gets for what a call threw. Throws on what is no answer: `proc_exit`, faults of the host. */
export const errnoOf = (error: unknown): number => {
  if (error instanceof WasiError) return numberOf(error.code);
  // EXDEV is how the walk says that a path leaves its directory; preview 1's word for that is EPERM. Two file systems
  // are told apart from it in path_link and path_rename, the only calls that can meet them.
  if (error instanceof FsError) return numberOf(error.code === 'EXDEV' ? 'EPERM' : error.code);
  // A pointer outside of the program's memory: DataView and typed arrays say so with a RangeError.
  if (error instanceof RangeError) return WASI_ERRNO.EFAULT;
  throw error;
};
