import type { FileSystem, Inode, OpenFile } from '../../../fs/index.ts';
import { FsError, O_RDONLY, O_WRONLY } from '../../../fs/index.ts';
import type { Superblock } from '../../superblock.ts';

const CHUNK = 1 << 20;

/** Whether the bytes of a file of one file system can be shared with a file of the other, rather than copied. */
export const canShareBytes = (from: FileSystem, to: FileSystem): boolean =>
  from.content !== undefined && to.setContent !== undefined;

/**
 * Makes `to` a file of `size` bytes, those of `from` as far as there are so many: shared when both file systems can,
 * else copied by the megabyte. Holes stay holes, but for those that begin within a megabyte that began with data.
 */
export const copyBytes = (
  fromFs: FileSystem,
  from: Inode,
  toFs: FileSystem,
  to: Inode,
  size: number,
  { mounter: caller, volatile }: Superblock,
): void => {
  const available = fromFs.getattr(from).size;
  if (fromFs.content !== undefined && toFs.setContent !== undefined) {
    toFs.setContent(to, fromFs.content(from), caller);
    if (available !== size) toFs.setattr(to, { size }, caller);
    return;
  }
  const source = fromFs.open(from, O_RDONLY, caller);
  try {
    const target = toFs.open(to, O_WRONLY, caller);
    try {
      copyChunks(source, target, Math.min(size, available));
      toFs.setattr(to, { size }, caller);
      if (!volatile) target.sync();
    } finally {
      target.close();
    }
  } finally {
    source.close();
  }
};

/** Copies the first `size` bytes; where a chunk would begin with a hole, it begins where data goes on. */
export const copyChunks = (source: OpenFile, target: OpenFile, size: number): void => {
  const buffer = new Uint8Array(Math.min(CHUNK, size));
  for (let position = 0; position < size;) {
    const data = nextData(source, position);
    if (data === undefined) return;
    position = Math.max(position, data);
    const length = source.read(buffer.subarray(0, size - position), position);
    if (length === 0) return;
    target.write(buffer.subarray(0, length), position);
    position += length;
  }
};

/** Where data goes on; `undefined` when there is only a hole left. */
const nextData = (source: OpenFile, position: number): number | undefined => {
  try {
    return source.seek(position, 'data');
  } catch (error) {
    if (error instanceof FsError && error.code === 'ENXIO') return undefined;
    throw error;
  }
};
