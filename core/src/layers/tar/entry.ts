import type { Nanoseconds } from '../../fs/index.ts';

/** The type flags of a tar header that a layer can hold, as byte values. */
export const TYPE_REGULAR = 0x30;
export const TYPE_LINK = 0x31;
export const TYPE_SYMLINK = 0x32;
export const TYPE_CHAR = 0x33;
export const TYPE_BLOCK = 0x34;
export const TYPE_DIRECTORY = 0x35;
export const TYPE_FIFO = 0x36;
/** PAX extended headers: for the next entry, and global. */
export const TYPE_PAX: number = 'x'.charCodeAt(0);
export const TYPE_PAX_GLOBAL: number = 'g'.charCodeAt(0);
/** GNU: a name or link name too long for the header, and the old sparse format. */
export const TYPE_GNU_LONG_NAME: number = 'L'.charCodeAt(0);
export const TYPE_GNU_LONG_LINK: number = 'K'.charCodeAt(0);
export const TYPE_GNU_SPARSE: number = 'S'.charCodeAt(0);

/** Types that never have data, whatever their size field says (archive/tar and GNU tar agree). */
export const isHeaderOnly = (type: number): boolean => type >= TYPE_LINK && type <= TYPE_FIFO;

/** A stretch of a sparse file that is stored in the archive; what lies between is a hole. Bytes. */
export interface SparsePiece {
  readonly offset: number;
  readonly length: number;
}

/** One entry of a tar archive, all extended headers applied. Names are strings as `names.ts` has them. */
export interface TarEntry {
  readonly name: string;
  readonly linkname: string;
  /** The type flag's byte value; a regular file is always `TYPE_REGULAR`, an old GNU sparse one included. */
  readonly type: number;
  /** As stored: permission bits and whatever else the writer put there. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of the file, holes included. */
  readonly size: number;
  /** Bytes of data that follow in the archive. */
  readonly stored: number;
  readonly mtime: Nanoseconds;
  /** Only when the archive has one. */
  readonly atime: Nanoseconds | undefined;
  readonly devmajor: number;
  readonly devminor: number;
  /** The `SCHILY.xattr.` records, byte for byte; `undefined` when there is none. */
  readonly xattrs: ReadonlyMap<string, Uint8Array> | undefined;
  /** Of a sparse file: its stored stretches, in order. */
  readonly sparse: readonly SparsePiece[] | undefined;
}

/** An entry in the making: extended headers still change it. */
export type TarHeader = { -readonly [field in keyof TarEntry]: TarEntry[field] };
