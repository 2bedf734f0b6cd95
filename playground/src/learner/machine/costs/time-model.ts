/**
 * What calls would cost on a disk, in nanoseconds: rounded figures of a small cloud machine (ext4, one SSD). They are
 * there so that designs can be compared: proportions, not promises.
 */
const CHANGE = 40_000;
const LOOK = 20_000;
const MOUNT = 1_000_000;

const CALLS: Readonly<Record<string, number>> = {
  mkdir: CHANGE,
  makeTemporary: CHANGE,
  rename: CHANGE,
  chmod: CHANGE,
  lchown: CHANGE,
  lstat: LOOK,
  readdir: LOOK,
  supports: LOOK,
  tree: LOOK,
  mount: MOUNT,
  unmount: MOUNT,
};

/** For each inode that a call goes over. */
const INODES: Readonly<Record<string, number>> = { copyTree: 200_000, removeAll: 50_000, usage: 7_000 };

/** 1 GB/s. */
const NANOSECONDS_PER_BYTE = 1;

/** A file that overlayfs copies up: create, copy, rename. */
const COPY_UP = 200_000;

/** A call that goes over `inodes` inodes and copies `bytes` bytes. */
export const callTime = (call: string, inodes: number, bytes: number): number =>
  (CALLS[call] ?? 0) + (INODES[call] ?? 0) * inodes + bytes * NANOSECONDS_PER_BYTE;

export const copyUpTime = (bytes: number): number => COPY_UP + bytes * NANOSECONDS_PER_BYTE;
