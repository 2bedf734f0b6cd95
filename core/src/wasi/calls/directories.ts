/** fd_readdir: rows into the program's buffer, the last one cut off where the buffer ends. */
import { encodeName } from '../../fs/index.ts';
import { refuse } from '../abi/errno.ts';
import { DIRENT_SIZE, FILETYPE_DIRECTORY, filetypeOf } from '../abi/types.ts';
import * as rights from '../descriptors/rights.ts';
import type { WasiSystem } from '../system.ts';
import type { CallTable } from './call.ts';

const HIGH_WORD = 2 ** 32;
/** The shortest name is one byte long: no more rows than this can be told of in a buffer. */
const mostRows = (length: number): number => Math.ceil(length / (DIRENT_SIZE + 1));

/**
 * Cookies are positions of the process's own descriptor (lseek(2), getdents(2)): the listing is that of the last
 * rewind, whatever comes and goes meanwhile, and one that goes on where it stopped asks for nothing twice.
 */
export const directoryCalls = (system: WasiSystem): CallTable => {
  const { process, table } = system;
  const row = new Uint8Array(DIRENT_SIZE + 4 * 255);
  const header = new DataView(row.buffer);
  return {
    fd_readdir: (fd: number, buffer: number, length: number, cookie: bigint, out: number) => {
      const descriptor = table.get(fd);
      if (descriptor.filetype !== FILETYPE_DIRECTORY) refuse('ENOTDIR');
      descriptor.require(rights.FD_READDIR);
      const file = descriptor.requireFile('EBADF');
      const into = system.memory.slice(buffer, length);
      process.lseek(file, Number(BigInt.asIntN(64, cookie)), 'set');
      let used = 0;
      for (const { name, ino, type, offset } of process.getdents(file, mostRows(into.length))) {
        header.setUint32(0, offset, true);
        header.setUint32(4, offset / HIGH_WORD, true);
        header.setBigUint64(8, ino, true);
        const size = writeName(row, name);
        header.setUint32(16, size, true);
        header.setUint32(20, filetypeOf(type), true);
        const room = Math.min(DIRENT_SIZE + size, into.length - used);
        for (let at = 0; at < room; at++) into[used + at] = row[at] ?? 0;
        used += room;
        if (used === into.length) break;
      }
      system.memory.setU32(out, used);
    },
  };
};

/** Puts the name behind the row's head; answers its length in bytes. */
const writeName = (row: Uint8Array, name: string): number => {
  const { length } = name;
  for (let at = 0; at < length; at++) {
    const unit = name.charCodeAt(at);
    if (unit >= 0x80) {
      const bytes = encodeName(name);
      row.set(bytes, DIRENT_SIZE);
      return bytes.length;
    }
    row[DIRENT_SIZE + at] = unit;
  }
  return length;
};
