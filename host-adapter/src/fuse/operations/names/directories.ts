import { type DirectoryEntry, encodeName, FsError, type Inode, S_IFDIR } from '@layerscope/core/fs';
import type { DirectoryHandle } from '../../handles.ts';
import type { Reply } from '../../protocol/reply.ts';
import { DIRENT, ENTRY_OUT, OPEN_OUT, READ_IN, RELEASE_IN } from '../../protocol/structs.ts';
import type { Operation, Session } from '../../session.ts';

/** S_IFMT bits to the d_type of a directory row. */
const TYPE_SHIFT = 12;

export const opendir: Operation = (session, _request, reply) => {
  const handle = session.directories.add({ node: session.node, listing: undefined });
  reply.u64(reply.record(OPEN_OUT.SIZE) + OPEN_OUT.handle, handle);
};

export const releasedir: Operation = (session, request) => {
  session.directories.remove(request.u64(RELEASE_IN.handle));
};

export const readdir: Operation = (session, request, reply) => {
  const handle = session.directories.get(request.u64(READ_IN.handle));
  fill(session, handle, request.u64(READ_IN.offset), request.u32(READ_IN.size), (entry, name, offset) => {
    writeRow(reply, entry, name, offset);
  });
};

/** Each row with what a lookup of it would tell, so that `ls -l` and `find` need no further request. */
export const readdirplus: Operation = (session, request, reply) => {
  const handle = session.directories.get(request.u64(READ_IN.handle));
  const write: WriteRow = (entry, name, offset) => {
    const found = entry.name === '.' || entry.name === '..' ? undefined : find(session, handle, entry.name);
    // Without a node the row is listed all the same, and looked up when somebody asks.
    if (found === undefined) reply.record(ENTRY_OUT.SIZE);
    else session.writeEntry(found);
    writeRow(reply, entry, name, offset);
  };
  fill(session, handle, request.u64(READ_IN.offset), request.u32(READ_IN.size), write, ENTRY_OUT.SIZE);
};

type WriteRow = (entry: DirectoryEntry, name: Uint8Array, offset: number) => void;

/** Writes rows from `offset` on, as many as fit `size` bytes; `extra` is what each takes besides the row itself. */
const fill = (
  session: Session,
  handle: DirectoryHandle,
  offset: number,
  size: number,
  write: WriteRow,
  extra = 0,
): void => {
  const { reply, fs } = session;
  const listing = rowsOf(session, handle, offset === 0);
  const limit = Math.min(size, reply.room);
  for (let index = offset; index < listing.length; index++) {
    const entry = listing[index]!;
    const name = encodeName(entry.name);
    if (reply.size + extra + rowSize(name) > limit) break;
    write(entry, name, index + 1);
  }
  if (offset === 0) fs.accessed?.(handle.node.inode);
};

/** The rows stay as they were until a rewind: an offset means the same row however the directory changes. */
const rowsOf = (session: Session, handle: DirectoryHandle, anew: boolean): readonly DirectoryEntry[] => {
  if (handle.listing === undefined || anew) {
    const { fs } = session;
    const { inode } = handle.node;
    handle.listing = [dot(session, '.', inode), dot(session, '..', fs.parent(inode)), ...fs.readdir(inode)];
  }
  return handle.listing;
};

const dot = ({ fs }: Session, name: string, inode: Inode): DirectoryEntry => ({
  name,
  ino: fs.getattr(inode).ino,
  type: S_IFDIR,
});

/** What a lookup finds. A row can be listed and not be found: whiteouts of a single layer, redirects that lead nowhere. */
const find = ({ fs }: Session, handle: DirectoryHandle, name: string): Inode | undefined => {
  try {
    return fs.lookup(handle.node.inode, name);
  } catch (error) {
    if (error instanceof FsError) return undefined;
    throw error;
  }
};

const rowSize = (name: Uint8Array): number => (DIRENT.SIZE + name.length + 7) & ~7;

const writeRow = (reply: Reply, { ino, type }: DirectoryEntry, name: Uint8Array, offset: number): void => {
  const at = reply.record(DIRENT.SIZE);
  reply.bigint(at + DIRENT.ino, ino);
  reply.u64(at + DIRENT.offset, offset);
  reply.u32(at + DIRENT.nameLength, name.length);
  reply.u32(at + DIRENT.type, type >>> TYPE_SHIFT);
  const padded = reply.data(rowSize(name) - DIRENT.SIZE);
  padded.fill(0);
  padded.set(name);
  reply.size += padded.length;
};
