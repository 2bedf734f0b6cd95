/** st_mode: `S_IFMT` type bits and twelve permission bits (stat(2), inode(7)). */
export type FileMode = number;

export const S_IFMT = 0o170000;
export const S_IFSOCK = 0o140000;
export const S_IFLNK = 0o120000;
export const S_IFREG = 0o100000;
export const S_IFBLK = 0o060000;
export const S_IFDIR = 0o040000;
export const S_IFCHR = 0o020000;
export const S_IFIFO = 0o010000;

export const S_ISUID = 0o4000;
export const S_ISGID = 0o2000;
export const S_ISVTX = 0o1000;
/** All bits chmod(2) may set. */
export const PERMISSION_BITS = 0o7777;

export const isDirectory = (mode: FileMode): boolean => (mode & S_IFMT) === S_IFDIR;
export const isRegular = (mode: FileMode): boolean => (mode & S_IFMT) === S_IFREG;
export const isSymlink = (mode: FileMode): boolean => (mode & S_IFMT) === S_IFLNK;
export const isCharDevice = (mode: FileMode): boolean => (mode & S_IFMT) === S_IFCHR;
export const isDevice = (mode: FileMode): boolean => isCharDevice(mode) || (mode & S_IFMT) === S_IFBLK;

/** open(2) flags, x86-64 numbers. */
export const O_RDONLY = 0;
export const O_WRONLY = 1;
export const O_RDWR = 2;
export const O_ACCMODE = 3;
export const O_CREAT = 0o100;
export const O_EXCL = 0o200;
export const O_TRUNC = 0o1000;
export const O_APPEND = 0o2000;
export const O_NONBLOCK = 0o4000;
export const O_DIRECTORY = 0o200000;
export const O_NOFOLLOW = 0o400000;
export const O_NOATIME = 0o1000000;
export const O_PATH = 0o10000000;
export const O_TMPFILE = 0o20200000;

/** Device numbers as the kernel's userspace encoding (makedev(3)); a JS number holds 12-bit major, 20-bit minor. */
export const makedev = (major: number, minor: number): number =>
  ((major & 0xfff) << 8) | (minor & 0xff) | ((minor & 0xfff00) * 2 ** 12);
/** The parts of what `makedev` made. */
export const majorOf = (rdev: number): number => (rdev >>> 8) & 0xfff;
export const minorOf = (rdev: number): number => (rdev & 0xff) | (Math.floor(rdev / 2 ** 12) & 0xfff00);
