/**
 * Linux's error numbers (asm-generic, as on x86-64 and arm64) and texts (`strerror` of glibc).
 * `FsError` is the one exception every file-system and system-call operation throws.
 */
const ERRORS = {
  EPERM: [1, 'Operation not permitted'],
  ENOENT: [2, 'No such file or directory'],
  EIO: [5, 'Input/output error'],
  ENXIO: [6, 'No such device or address'],
  E2BIG: [7, 'Argument list too long'],
  ENOEXEC: [8, 'Exec format error'],
  EBADF: [9, 'Bad file descriptor'],
  ECHILD: [10, 'No child processes'],
  EAGAIN: [11, 'Resource temporarily unavailable'],
  ENOMEM: [12, 'Cannot allocate memory'],
  EACCES: [13, 'Permission denied'],
  EFAULT: [14, 'Bad address'],
  ENOTBLK: [15, 'Block device required'],
  EBUSY: [16, 'Device or resource busy'],
  EEXIST: [17, 'File exists'],
  EXDEV: [18, 'Invalid cross-device link'],
  ENODEV: [19, 'No such device'],
  ENOTDIR: [20, 'Not a directory'],
  EISDIR: [21, 'Is a directory'],
  EINVAL: [22, 'Invalid argument'],
  ENFILE: [23, 'Too many open files in system'],
  EMFILE: [24, 'Too many open files'],
  ENOTTY: [25, 'Inappropriate ioctl for device'],
  ETXTBSY: [26, 'Text file busy'],
  EFBIG: [27, 'File too large'],
  ENOSPC: [28, 'No space left on device'],
  ESPIPE: [29, 'Illegal seek'],
  EROFS: [30, 'Read-only file system'],
  EMLINK: [31, 'Too many links'],
  EPIPE: [32, 'Broken pipe'],
  ERANGE: [34, 'Numerical result out of range'],
  ENAMETOOLONG: [36, 'File name too long'],
  ENOSYS: [38, 'Function not implemented'],
  ENOTEMPTY: [39, 'Directory not empty'],
  ELOOP: [40, 'Too many levels of symbolic links'],
  ENODATA: [61, 'No data available'],
  EOVERFLOW: [75, 'Value too large for defined data type'],
  EOPNOTSUPP: [95, 'Operation not supported'],
  EADDRINUSE: [98, 'Address already in use'],
  ESTALE: [116, 'Stale file handle'],
  EDQUOT: [122, 'Disk quota exceeded'],
} as const;

/** The name of an error, e.g. `'ENOENT'`. */
export type ErrnoName = keyof typeof ERRORS;

/** The number of each name, e.g. `Errno.ENOENT === 2`. */
export const Errno: { readonly [name in ErrnoName]: number } = Object.fromEntries(
  Object.entries(ERRORS).map(([name, [number]]) => [name, number]),
) as { [name in ErrnoName]: number };

const NAMES = new Map<number, ErrnoName>(Object.entries(ERRORS).map(([name, [number]]) => [number, name as ErrnoName]));

/** The name of an error number; `undefined` for one this table does not hold. */
export const errnoName = (number: number): ErrnoName | undefined => NAMES.get(number);

/** What strerror(3) says, e.g. `'No such file or directory'`. */
export const errnoText = (name: ErrnoName): string => ERRORS[name][1];

/**
 * A failed operation. `code` and `errno` as Node has them, except that `errno` is Linux's positive number.
 * No stack is taken: a missing file is an answer, not a fault, and a stack costs more than the lookup did.
 */
export class FsError extends Error {
  readonly code: ErrnoName;
  readonly errno: number;

  constructor(code: ErrnoName, detail?: string) {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super(detail === undefined ? `${code}: ${ERRORS[code][1]}` : `${code}: ${ERRORS[code][1]}, ${detail}`);
    Error.stackTraceLimit = limit;
    this.name = 'FsError';
    this.code = code;
    this.errno = ERRORS[code][0];
  }
}

/** An answer without a detail is the same answer each time: one object a code, because a miss should cost no more than a hit. */
const ANSWERS = new Map<ErrnoName, FsError>();

const answer = (code: ErrnoName): FsError => {
  let error = ANSWERS.get(code);
  if (error === undefined) ANSWERS.set(code, (error = new FsError(code)));
  return error;
};

/** Throws. `return fail('ENOENT')` keeps the type checker and the reader informed. */
export const fail = (code: ErrnoName, detail?: string): never => {
  throw detail === undefined ? answer(code) : new FsError(code, detail);
};
