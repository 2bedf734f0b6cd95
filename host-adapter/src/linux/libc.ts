/**
 * The C library's system calls through koffi: no compiler, no child process. Each answers its number or throws `FsError`
 * with Linux's errno. Synchronous on purpose: errno belongs to the thread that called.
 */
import { encodeName, errnoName, fail, O_DIRECTORY } from '@layerscope/core/fs';
import koffi from 'koffi';
import { architecture } from './architecture.ts';

const library = koffi.load('libc.so.6');

/** `*at` calls: relative to the working directory. */
export const AT_FDCWD = -100;
export const AT_SYMLINK_NOFOLLOW = 0x100;
export const AT_REMOVEDIR = 0x200;
export const AT_SYMLINK_FOLLOW = 0x400;
export const AT_NO_AUTOMOUNT = 0x800;
export const AT_EMPTY_PATH = 0x1000;

const PROTOTYPES = {
  access: 'int faccessat(int at, const uint8_t *path, int mask, int flags)',
  chdir: 'int chdir(const uint8_t *path)',
  chmod: 'int fchmodat(int at, const uint8_t *path, unsigned int mode, int flags)',
  chown: 'int fchownat(int at, const uint8_t *path, int uid, int gid, int flags)',
  chroot: 'int chroot(const uint8_t *path)',
  clone: 'int clone(uintptr_t run, uintptr_t stackEnd, int flags, uintptr_t argument)',
  clockGettime: 'int clock_gettime(int clock, uint8_t *time)',
  close: 'int close(int fd)',
  closeRange: 'long syscall(long number, unsigned int first, unsigned int last, unsigned int flags)',
  dup: 'int dup(int fd)',
  dup2: 'int dup2(int fd, int to)',
  copyRange: 'long copy_file_range(int from, int64_t *fromAt, int to, int64_t *toAt, size_t size, unsigned int flags)',
  eventfd: 'int eventfd(unsigned int count, int flags)',
  fallocate: 'int fallocate(int fd, int mode, int64_t offset, int64_t length)',
  fchdir: 'int fchdir(int fd)',
  fchmod: 'int fchmod(int fd, unsigned int mode)',
  fchown: 'int fchown(int fd, int uid, int gid)',
  fchmodat2: 'long syscall(long number, int at, const uint8_t *path, unsigned int mode, unsigned int flags)',
  fcntl: 'int fcntl(int fd, int command, long argument)',
  fdatasync: 'int fdatasync(int fd)',
  fgetxattr: 'long fgetxattr(int fd, const uint8_t *name, uint8_t *value, size_t size)',
  flistxattr: 'long flistxattr(int fd, uint8_t *names, size_t size)',
  fremovexattr: 'int fremovexattr(int fd, const uint8_t *name)',
  fsconfig:
    'long syscall(long number, int fd, unsigned int command, const uint8_t *key, const uint8_t *value, int auxiliary)',
  flock: 'int flock(int fd, int operation)',
  fsetxattr: 'int fsetxattr(int fd, const uint8_t *name, const uint8_t *value, size_t size, int flags)',
  fsmount: 'long syscall(long number, int fd, unsigned int flags, unsigned int attributes)',
  fsopen: 'long syscall(long number, const uint8_t *type, unsigned int flags)',
  fstatfs: 'int fstatfs(int fd, uint8_t *into)',
  fsync: 'int fsync(int fd)',
  ftruncate: 'int ftruncate(int fd, int64_t size)',
  futimens: 'int futimens(int fd, const uint8_t *times)',
  getcwd: 'long syscall(long number, uint8_t *path, size_t size)',
  getdents: 'long getdents64(int fd, uint8_t *rows, size_t size)',
  getxattr: 'long getxattr(const uint8_t *path, const uint8_t *name, uint8_t *value, size_t size)',
  lgetxattr: 'long lgetxattr(const uint8_t *path, const uint8_t *name, uint8_t *value, size_t size)',
  ioctl: 'int ioctl(int fd, unsigned long request, uint8_t *argument)',
  ioctlNumber: 'int ioctl(int fd, unsigned long request, long argument)',
  kill: 'int kill(int pid, int signal)',
  link: 'int linkat(int fromAt, const uint8_t *from, int toAt, const uint8_t *to, int flags)',
  listxattr: 'long listxattr(const uint8_t *path, uint8_t *names, size_t size)',
  llistxattr: 'long llistxattr(const uint8_t *path, uint8_t *names, size_t size)',
  lremovexattr: 'int lremovexattr(const uint8_t *path, const uint8_t *name)',
  lseek: 'int64_t lseek(int fd, int64_t offset, int whence)',
  lsetxattr: 'int lsetxattr(const uint8_t *path, const uint8_t *name, const uint8_t *value, size_t size, int flags)',
  mapMemory: 'uintptr_t mmap(uintptr_t address, size_t length, int protection, int flags, int fd, int64_t offset)',
  mkdir: 'int mkdirat(int at, const uint8_t *path, unsigned int mode)',
  mknod: 'int mknodat(int at, const uint8_t *path, unsigned int mode, uint64_t rdev)',
  mount:
    'int mount(const uint8_t *source, const uint8_t *target, const uint8_t *type, unsigned long flags, const uint8_t *data)',
  moveMount:
    'long syscall(long number, int fromAt, const uint8_t *from, int toAt, const uint8_t *to, unsigned int flags)',
  mountSetattr:
    'int syscall(long number, int at, const uint8_t *path, unsigned int flags, uint8_t *attributes, size_t size)',
  open: 'int openat(int at, const uint8_t *path, int flags, unsigned int mode)',
  openTree: 'long syscall(long number, int at, const uint8_t *path, unsigned int flags)',
  poll: 'int poll(uint8_t *rows, unsigned long count, int milliseconds)',
  openHow: 'int syscall(long number, int at, const uint8_t *path, const uint8_t *how, size_t size)',
  pread: 'long pread64(int fd, uint8_t *into, size_t size, int64_t position)',
  pwrite: 'long pwrite64(int fd, const uint8_t *from, size_t size, int64_t position)',
  read: 'long read(int fd, uint8_t *into, size_t size)',
  readlink: 'long readlinkat(int at, const uint8_t *path, uint8_t *into, size_t size)',
  removexattr: 'int removexattr(const uint8_t *path, const uint8_t *name)',
  receive: 'long recvmsg(int fd, uint8_t *header, int flags)',
  rename: 'int renameat2(int fromAt, const uint8_t *from, int toAt, const uint8_t *to, unsigned int flags)',
  setfsgid: 'int setfsgid(unsigned int gid)',
  setfsuid: 'int setfsuid(unsigned int uid)',
  setxattr: 'int setxattr(const uint8_t *path, const uint8_t *name, const uint8_t *value, size_t size, int flags)',
  socketPair: 'int socketpair(int domain, int type, int protocol, uint8_t *into)',
  statfs: 'int statfs(const uint8_t *path, uint8_t *into)',
  statx: 'int statx(int at, const uint8_t *path, int flags, unsigned int mask, uint8_t *into)',
  symlink: 'int symlinkat(const uint8_t *target, int at, const uint8_t *path)',
  syncfs: 'int syncfs(int fd)',
  truncate: 'int truncate(const uint8_t *path, int64_t size)',
  umask: 'unsigned int umask(unsigned int mask)',
  umount: 'int umount2(const uint8_t *target, int flags)',
  unlink: 'int unlinkat(int at, const uint8_t *path, int flags)',
  unmapMemory: 'int munmap(uintptr_t address, size_t length)',
  utimens: 'int utimensat(int at, const uint8_t *path, const uint8_t *times, int flags)',
  waitpid: 'int waitpid(int pid, uint8_t *status, int options)',
  write: 'long write(int fd, const uint8_t *from, size_t size)',
} as const;

type Argument = number | bigint | Uint8Array | null;
type LibraryFunction = (...args: readonly Argument[]) => number | bigint;

const functions = new Map<string, LibraryFunction>(
  Object.entries(PROTOTYPES).map(([name, prototype]) => [name, library.func(prototype) as LibraryFunction]),
);

/** Everybody else speaks core's numbers. */
const withMachineFlags =
  (open: LibraryFunction): LibraryFunction =>
  (at = 0, path = null, flags = 0, mode = 0) =>
    open(at, path, architecture.openFlags(Number(flags)), mode);

const machineOpen = functions.get('open');
if (machineOpen !== undefined && architecture.openFlags(O_DIRECTORY) !== O_DIRECTORY) {
  functions.set('open', withMachineFlags(machineOpen));
}

/** Calls a function of the C library; throws `FsError` when it answers below 0. */
export const call = (name: keyof typeof PROTOTYPES, ...args: readonly Argument[]): number => {
  const result = Number(functions.get(name)!(...args));
  return result < 0 ? throwLast(name) : result;
};

/** koffi's functions run in another thread as well. */
type LaterFunction = { readonly async: (...args: readonly unknown[]) => void };

/** The same in a thread of libuv's pool; answers whether it succeeded: errno is that thread's affair. */
export const callLater = (name: keyof typeof PROTOTYPES, ...args: readonly Argument[]): Promise<boolean> =>
  new Promise((resolve) => {
    const answer = (error: unknown, result: number | bigint): void => resolve(error === null && Number(result) >= 0);
    (functions.get(name) as unknown as LaterFunction).async(...args, answer);
  });

/** A function of the C library that answers what it answers; below 0, `lastErrno()` tells why. For calls that often fail. */
export const bind = (name: keyof typeof PROTOTYPES): ((...args: readonly Argument[]) => number) =>
  functions.get(name) as (...args: readonly Argument[]) => number;

/**
 * The same with an address for each pointer (see `addressOf`): to find out where a buffer's bytes are takes longer than
 * the rest of a call. For the few that each request makes, into buffers that stay.
 */
export const bindAddresses = (name: keyof typeof PROTOTYPES): ((...args: readonly number[]) => number) =>
  library.func(PROTOTYPES[name].replaceAll(POINTER, 'uintptr_t ')) as (...args: readonly number[]) => number;

const POINTER = /(?:const )?uint8_t \*/g;

/** errno of this thread's last call. */
export const lastErrno = (): number => koffi.errno();

/** Throws the `FsError` of this thread's last call. An errno that core has no name for is told as EIO, with its number. */
export const throwLast = (name: string): never => {
  const errno = koffi.errno();
  return fail(errnoName(errno) ?? 'EIO', `${name}: errno ${errno}`);
};

const ASCII = /^[\0-\x7f]*$/;

/** A string as the C library wants it: its bytes (see core's `names.ts`) and a zero. */
export const cString = (text: string): Uint8Array => {
  if (ASCII.test(text)) return Buffer.from(`${text}\0`, 'latin1');
  const bytes = encodeName(text);
  const terminated = new Uint8Array(bytes.length + 1);
  terminated.set(bytes);
  return terminated;
};

/** The address of `bytes`, for records that point to other records. The bytes must outlive the call. */
export const addressOf = (bytes: Uint8Array): bigint => koffi.address(bytes);

/** Where a function of the C library is, for a system call that runs one (clone(2)). */
export const functionAddress = (name: string): bigint => koffi.address(library.symbol(name));
