/**
 * A memfs volume as a layer, lower or upper: names and bytes live in the volume, where its owner can go on reading and
 * writing them with Node's `fs` calls. What memfs cannot carry stands beside it in our inode table:
 *
 * | beside the volume   | because memfs                                                                  |
 * | ------------------- | ------------------------------------------------------------------------------ |
 * | mode, uid, gid      | enforces mode bits for uid 0 too: its own copies stay open (0666, 0777)        |
 * | times               | takes them from the ambient clock, in milliseconds                             |
 * | inode numbers       | reuses them                                                                    |
 * | extended attributes | has none                                                                       |
 * | devices, fifos      | has no mknod: the node is there with its type and number, for us to come back to |
 * | rename's rules      | replaces anything by anything, a directory by a file                           |
 *
 * What was in the volume before gets mode, uid and gid from it, and the time at which the file system was laid over
 * it. The same holds for what the volume's owner adds later, at the first look. Bytes are copied where the file system
 * in memory shares them (`content`, `setContent`), and there are no holes: a gap is stored as zeros.
 */
import type { FileSystem } from '../file-system.ts';
import { InodeFileSystem, type InodeFileSystemOptions } from '../memory/inode-file-system.ts';
import { Space } from '../memory/space.ts';
import { VolumeTable } from './volume-table.ts';
import { coreOf, type VolumeTree } from './volume.ts';

/** Lays a file system over a memfs volume. What is in the volume already counts against `capacity` and `inodes`. */
export const volumeFileSystem = (volume: VolumeTree, options: InodeFileSystemOptions): FileSystem => {
  const space = new Space(options);
  return new InodeFileSystem(new VolumeTable(coreOf(volume), space, options.clock), space, options);
};
