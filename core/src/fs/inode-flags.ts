/** What chattr(1) sets (ioctl_iflags(2)), Linux's numbers. */

/** Every write waits for the disk. */
export const FS_SYNC_FL = 0x08;
/** Nothing about it may change, its name neither. */
export const FS_IMMUTABLE_FL = 0x10;
/** A file only grows; a directory only gets names. */
export const FS_APPEND_FL = 0x20;
/** dump(8) leaves it out. */
export const FS_NODUMP_FL = 0x40;
/** Reading does not move its atime. */
export const FS_NOATIME_FL = 0x80;
/** Who may not change a file because of them is not asked who he is: EPERM for root, too. */
export const FS_PROTECTION_FL: number = FS_IMMUTABLE_FL | FS_APPEND_FL;
