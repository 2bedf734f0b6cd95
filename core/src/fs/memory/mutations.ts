/**
 * The only functions that change inodes and directories. Everything else decides; these do, one field group each, and
 * none of them can fail: an operation that begins to mutate is past its last check.
 */
import type { Nanoseconds } from '../clock.ts';
import type { Content } from '../content.ts';
import { ContentEditor } from '../content/content-editor.ts';
import type { DirectoryEntry } from '../file-system.ts';
import type { FileMode } from '../mode.ts';
import type { DirectoryInode, FileInode, MemoryInode } from './inode.ts';

/** Adds a name that is not there, at the end of the listing. */
export const bind = (dir: DirectoryInode, name: string, child: MemoryInode): void => {
  (dir.entries ??= new Map()).set(name, child);
  dir.listing = undefined;
};

/** Removes a name that is there. */
export const unbind = (dir: DirectoryInode, name: string): void => {
  const entries = dir.entries;
  if (entries === undefined) return;
  if (entries.size === 1) dir.entries = undefined;
  else entries.delete(name);
  dir.listing = undefined;
};

/** Lets an existing name stand for another inode; its place in the listing stays. */
export const rebind = (dir: DirectoryInode, name: string, child: MemoryInode): void => {
  dir.entries?.set(name, child);
  dir.listing = undefined;
};

export const setParent = (dir: DirectoryInode, parent: DirectoryInode): void => {
  dir.parent = parent;
};

export const setLinks = (inode: MemoryInode, links: number): void => {
  inode.links = links;
};

export const setOwnership = (inode: MemoryInode, mode: FileMode, uid: number, gid: number): void => {
  inode.mode = mode;
  inode.uid = uid;
  inode.gid = gid;
};

export const setTimes = (inode: MemoryInode, atime: Nanoseconds, mtime: Nanoseconds, ctime: Nanoseconds): void => {
  inode.atime = atime;
  inode.mtime = mtime;
  inode.ctime = ctime;
};

export const setXattr = (inode: MemoryInode, name: string, value: Uint8Array): void => {
  (inode.xattrs ??= new Map()).set(name, value);
};

export const deleteXattr = (inode: MemoryInode, name: string): void => {
  if (inode.xattrs?.size === 1) inode.xattrs = undefined;
  else inode.xattrs?.delete(name);
};

export const setData = (file: FileInode, data: Content): void => {
  file.data = data;
};

/** The file's bytes, ready to be written to: whoever holds them as a content keeps what they were. */
export const editData = (file: FileInode): ContentEditor => {
  const data = file.data;
  if (data instanceof ContentEditor) return data;
  const editor = new ContentEditor(data);
  file.data = editor;
  return editor;
};

/** The file's bytes as a value; the next write begins a new edit. */
export const freezeData = (file: FileInode): Content => {
  if (file.data instanceof ContentEditor) file.data = file.data.finish();
  return file.data;
};

export const setOpens = (file: FileInode, opens: number): void => {
  file.opens = opens;
};

export const endLinkable = (file: FileInode): void => {
  file.linkable = false;
};

/** Remembers a listing; not a change of the directory, but the one cache beside it. */
export const rememberListing = (dir: DirectoryInode, listing: readonly DirectoryEntry[]): void => {
  dir.listing = listing;
};
