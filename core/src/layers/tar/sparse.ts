/**
 * GNU's four ways to write the map of a sparse file.
 *
 *   old (type 'S')   pieces in the header block itself, more in extension blocks between header and data
 *   PAX 0.0          GNU.sparse.offset / numbytes records, in pairs      (made into 0.1 by `pax.ts`)
 *   PAX 0.1          GNU.sparse.map = "offset,length,offset,length"
 *   PAX 1.0          the map stands in front of the data, in decimal lines, padded to a block
 */
import { LayerError } from '../layer-error.ts';
import type { SparsePiece } from './entry.ts';
import { parseDecimal, parseNumber } from './numeric.ts';

/** Bytes of map that are read at most: archive/tar's bound for what has to be kept in memory. */
export const SPARSE_MAP_LIMIT: number = 1 << 20;

const bad = (problem: string): never => {
  throw new LayerError('invalid-header', { problem });
};

/** Places in an old GNU header block, and in its extension blocks. */
const OLD_HEADER = { at: 386, pieces: 4, more: 482 } as const;
const OLD_EXTENSION = { at: 0, pieces: 21, more: 504 } as const;
const OLD_REAL_SIZE = 483;

/** The real size of an old GNU sparse file. */
export const oldSparseSize = (block: Uint8Array): number => parseNumber(block, OLD_REAL_SIZE, 12);

/** Appends the pieces of one block; answers whether an extension block follows. */
export const readOldSparse = (block: Uint8Array, extension: boolean, pieces: SparsePiece[]): boolean => {
  const place = extension ? OLD_EXTENSION : OLD_HEADER;
  for (let index = 0; index < place.pieces; index++) {
    const at = place.at + index * 24;
    if (block[at] === 0) break;
    pieces.push({ offset: parseNumber(block, at, 12), length: parseNumber(block, at + 12, 12) });
  }
  return block[place.more] !== 0;
};

/** The pieces of a PAX 0.1 map. */
export const parseSparseMap = (map: string, count: string): readonly SparsePiece[] => {
  const numbers = map === '' ? [] : map.split(',').map(parseDecimal);
  if (numbers.length !== 2 * parseDecimal(count)) return bad('a sparse map has the wrong length');
  return pairs(numbers);
};

/** Offset, length, offset, length, … as pieces. */
export const pairs = (numbers: readonly number[]): readonly SparsePiece[] => {
  const pieces: SparsePiece[] = [];
  for (let at = 0; at + 1 < numbers.length; at += 2) {
    pieces.push({ offset: numbers[at] as number, length: numbers[at + 1] as number });
  }
  return pieces;
};

/** Throws unless the pieces are in order, do not overlap, lie inside the file and have as many bytes as are stored. */
export const checkSparse = (pieces: readonly SparsePiece[], size: number, stored: number): void => {
  let end = 0;
  let bytes = 0;
  for (const { offset, length } of pieces) {
    if (offset < end || length < 0 || offset + length > size) bad('a sparse map is not in order');
    end = offset + length;
    bytes += length;
  }
  if (size < 0 || bytes !== stored) bad('a sparse map does not fit the data');
};
