/** Finds the map of a sparse file: in the header, in PAX records, or in front of the data (see `sparse.ts`). */
import { LayerError } from '../layer-error.ts';
import type { ByteQueue } from './byte-queue.ts';
import type { SparsePiece, TarHeader } from './entry.ts';
import { paxNumber, paxText, sparseFormat } from './extended.ts';
import { BLOCK } from './header.ts';
import { parseDecimal } from './numeric.ts';
import { type PaxRecords, SPARSE_MAP } from './pax.ts';
import { checkSparse, pairs, parseSparseMap, readOldSparse, SPARSE_MAP_LIMIT } from './sparse.ts';

const bad = (problem: string): never => {
  throw new LayerError('invalid-header', { problem });
};

const mapBlock = async (queue: ByteQueue, read: number): Promise<Uint8Array> => {
  if (read > SPARSE_MAP_LIMIT) bad('a sparse map is too long');
  if (!(await queue.fill(BLOCK))) throw new LayerError('truncated', { what: 'a sparse map' });
  return queue.takeExactly(BLOCK);
};

/** Old format: `pieces` are those of the header, `more` says whether extension blocks follow. `size` is the real one. */
export const readOldSparseFile = async (
  queue: ByteQueue,
  header: TarHeader,
  pieces: SparsePiece[],
  more: boolean,
): Promise<void> => {
  for (let read = BLOCK; more; read += BLOCK) more = readOldSparse(await mapBlock(queue, read), true, pieces);
  checkSparse(pieces, header.size, header.stored);
  header.sparse = pieces;
};

/** The map of format 1.0: decimal lines in whole blocks, which count as stored data. */
const readMapLines = async (queue: ByteQueue, header: TarHeader): Promise<readonly SparsePiece[]> => {
  const numbers: number[] = [];
  let line = '';
  let wanted = 1;
  for (let read = 0; numbers.length < wanted; read += BLOCK) {
    if (header.stored < BLOCK) bad('a sparse map does not end');
    const block = await mapBlock(queue, read);
    header.stored -= BLOCK;
    for (const byte of block) {
      if (byte !== 0x0a) line += String.fromCharCode(byte);
      else {
        numbers.push(parseDecimal(line));
        line = '';
        if (numbers.length === 1) wanted = 1 + 2 * (numbers[0] as number);
        if (numbers.length === wanted) break;
      }
    }
  }
  return pairs(numbers.slice(1));
};

/** PAX formats 0.0, 0.1 and 1.0. What is read in front of the data is taken off `header.stored`. */
export const readPaxSparseFile = async (queue: ByteQueue, header: TarHeader, pax: PaxRecords): Promise<void> => {
  header.name = paxText(pax, 'GNU.sparse.name') ?? header.name;
  header.size = paxNumber(pax, 'GNU.sparse.size') ?? paxNumber(pax, 'GNU.sparse.realsize') ?? header.size;
  const pieces =
    sparseFormat(pax) === '1.0'
      ? await readMapLines(queue, header)
      : parseSparseMap(paxText(pax, SPARSE_MAP) ?? '', paxText(pax, 'GNU.sparse.numblocks') ?? '');
  checkSparse(pieces, header.size, header.stored);
  header.sparse = pieces;
};
