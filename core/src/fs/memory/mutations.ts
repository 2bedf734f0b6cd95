/**
 * The only functions that change inodes and directories. Everything else decides; these do, one field group each, and
 * none of them can fail: an operation that begins to mutate is past its last check. Each says so to its row first
 * (`changing`), which may keep what it was.
 */
import type { Nanoseconds } from '../clock.ts';
import type { Content } from '../content.ts';
import type { EditableContent } from '../content/editable-content.ts';
import type { FileMode } from '../mode.ts';
import type { DirectoryInode, FileInode, MemoryInode } from './inode.ts';

/** Adds a name that is not there, at the end of the listing. */
export const bind = (dir: DirectoryInode, name: string, child: MemoryInode): void => dir.attach(name, child);

/** Removes a name that is there. */
export const unbind = (dir: DirectoryInode, name: string): void => dir.detach(name);

export const setParent = (dir: DirectoryInode, parent: DirectoryInode): void => {
  dir.changing();
  dir.parent = parent;
};

export const setLinks = (inode: MemoryInode, links: number): void => {
  inode.changing();
  inode.links = links;
};

export const setOwnership = (inode: MemoryInode, mode: FileMode, uid: number, gid: number): void => {
  inode.changing();
  inode.mode = mode;
  inode.uid = uid;
  inode.gid = gid;
};

export const setTimes = (inode: MemoryInode, atime: Nanoseconds, mtime: Nanoseconds, ctime: Nanoseconds): void => {
  inode.changing();
  inode.atime = atime;
  inode.mtime = mtime;
  inode.ctime = ctime;
};

export const setXattr = (inode: MemoryInode, name: string, value: Uint8Array): void => {
  inode.changing();
  (inode.xattrs ??= new Map()).set(name, value);
};

export const deleteXattr = (inode: MemoryInode, name: string): void => {
  inode.changing();
  if (inode.xattrs?.size === 1) inode.xattrs = undefined;
  else inode.xattrs?.delete(name);
};

export const setFlags = (inode: MemoryInode, flags: number): void => {
  inode.changing();
  inode.flags = flags;
};

/** Replaces the bytes. */
export const setData = (file: FileInode, content: Content): void => {
  file.changing();
  file.replace(content);
};

/** The bytes, to be changed in place: what a holder of `freezeData`'s answer has does not change with them. */
export const editData = (file: FileInode): EditableContent => file.edit();

/** The bytes as a value. */
export const freezeData = (file: FileInode): Content => file.freeze();

export const setOpens = (file: FileInode, opens: number): void => {
  file.changing();
  file.opens = opens;
};

export const endLinkable = (file: FileInode): void => {
  file.changing();
  file.linkable = false;
};
