/** Errors in the shape that Node's `fs` gives them, so that code written for it recognises them. */
import { FsError } from '../../fs/index.ts';

/** Node's words for errno, which are libuv's and not the C library's. */
const TEXTS: { readonly [code: string]: string } = {
  EACCES: 'permission denied',
  EAGAIN: 'resource temporarily unavailable',
  EBADF: 'bad file descriptor',
  EBUSY: 'resource busy or locked',
  EEXIST: 'file already exists',
  EFBIG: 'file too large',
  EINVAL: 'invalid argument',
  EIO: 'i/o error',
  EISDIR: 'illegal operation on a directory',
  ELOOP: 'too many symbolic links encountered',
  EMFILE: 'too many open files',
  EMLINK: 'too many links',
  ENAMETOOLONG: 'name too long',
  ENODATA: 'no data available',
  ENODEV: 'no such device',
  ENOENT: 'no such file or directory',
  ENOSPC: 'no space left on device',
  ENOSYS: 'function not implemented',
  ENOTDIR: 'not a directory',
  ENOTEMPTY: 'directory not empty',
  ENOTSUP: 'operation not supported on socket',
  ENXIO: 'no such device or address',
  EOVERFLOW: 'value too large for defined data type',
  EPERM: 'operation not permitted',
  ERANGE: 'result too large',
  EROFS: 'read-only file system',
  ESPIPE: 'invalid seek',
  ETXTBSY: 'text file is busy',
  EXDEV: 'cross-device link not permitted',
};

/** What a failed call of the façade throws: `ENOENT: no such file or directory, open '/x'`. */
export class NodeFsError extends Error {
  readonly code: string;
  /** Negative, as Node has it. */
  readonly errno: number;
  readonly syscall: string;
  readonly path?: string;
  readonly dest?: string;

  constructor(error: FsError, syscall: string, path?: string, dest?: string) {
    // libuv knows EOPNOTSUPP by its other name.
    const code = error.code === 'EOPNOTSUPP' ? 'ENOTSUP' : error.code;
    const names = path === undefined ? '' : dest === undefined ? ` '${path}'` : ` '${path}' -> '${dest}'`;
    super(`${code}: ${TEXTS[code] ?? error.message}, ${syscall}${names}`);
    this.code = code;
    this.errno = -error.errno;
    this.syscall = syscall;
    if (path !== undefined) this.path = path;
    if (dest !== undefined) this.dest = dest;
  }
}

/** Runs a system call under the name that Node would report. */
export const named = <Result>(syscall: string, path: string | undefined, run: () => Result, dest?: string): Result => {
  try {
    return run();
  } catch (error) {
    if (error instanceof FsError) throw new NodeFsError(error, syscall, path, dest);
    throw error;
  }
};
