/** Calls that move bytes and positions: fd_read, fd_write and their kin, fd_seek, fd_tell, fd_sync, fd_allocate. */
import { refuse } from '../abi/errno.ts';
import { FDFLAG_APPEND } from '../abi/types.ts';
import { FILETYPE_DIRECTORY } from '../abi/types.ts';
import type { Descriptor } from '../descriptors/descriptor.ts';
import * as rights from '../descriptors/rights.ts';
import type { WasiProcess, WasiSystem } from '../system.ts';
import type { CallTable } from './call.ts';

const VECTOR_SIZE = 8;
const WHENCES = ['set', 'cur', 'end'] as const;
/** Advice is 0 (normal) to 5 (noreuse). */
const LAST_ADVICE = 5;

/** A length or position that is unsigned on the wire and must fit what a file can have. */
const offsetOf = (value: bigint): number => {
  const offset = Number(BigInt.asIntN(64, value));
  return offset < 0 ? refuse('EINVAL') : offset;
};

type Transfer = (bytes: Uint8Array) => number;

/** Hands each buffer to `transfer`, until one is not used up. */
const transferAll = ({ memory }: WasiSystem, vectors: number, count: number, transfer: Transfer): number => {
  if (count === 1) return transfer(memory.slice(memory.u32(vectors), memory.u32(vectors + 4)));
  let total = 0;
  for (let index = 0; index < count; index++) {
    const at = (vectors >>> 0) + index * VECTOR_SIZE;
    const length = memory.u32(at + 4);
    if (length === 0) continue;
    let done: number;
    try {
      done = transfer(memory.slice(memory.u32(at), length));
    } catch (error) {
      // What went through before stays told; the next call meets the error again.
      if (total === 0) throw error;
      return total;
    }
    total += done;
    if (done < length) break;
  }
  return total;
};

/** The first buffer that has room, for input that may have to be waited for. */
const firstBuffer = ({ memory }: WasiSystem, vectors: number, count: number): Uint8Array => {
  for (let index = 0; index < count; index++) {
    const at = (vectors >>> 0) + index * VECTOR_SIZE;
    const length = memory.u32(at + 4);
    if (length > 0) return memory.slice(memory.u32(at), length);
  }
  return memory.slice(0, 0);
};

/** Reads from a terminal or a pipe; waits by answering a promise. The buffer is found anew after waiting. */
const readStream = (
  system: WasiSystem,
  descriptor: Descriptor,
  vectors: number,
  count: number,
  out: number,
): void | Promise<void> => {
  const { stream } = descriptor;
  if (stream === undefined) return refuse('EBADF');
  const buffer = firstBuffer(system, vectors, count);
  if (stream.waits !== true) {
    system.memory.setU32(out, stream.read(buffer) as number);
    return undefined;
  }
  const aside = new Uint8Array(buffer.length);
  const finish = (length: number): void => {
    firstBuffer(system, vectors, count).set(aside.subarray(0, length));
    system.memory.setU32(out, length);
  };
  const answer = stream.read(aside);
  if (typeof answer !== 'number') return answer.then(finish);
  finish(answer);
  return undefined;
};

/** With FDFLAG_APPEND each write goes to the end. */
const writer = (process: WasiProcess, { file, stream, flags }: Descriptor): Transfer => {
  if (file === undefined)
    return (bytes) => {
      stream?.write(bytes);
      return bytes.length;
    };
  return (bytes) => {
    if ((flags & FDFLAG_APPEND) !== 0) process.lseek(file, 0, 'end');
    return process.write(file, bytes);
  };
};

export const byteCalls = (system: WasiSystem): CallTable => {
  const { process, table } = system;
  return {
    fd_read: (fd: number, vectors: number, count: number, out: number) => {
      const descriptor = table.get(fd);
      descriptor.require(rights.FD_READ);
      const { file } = descriptor;
      if (file === undefined) return readStream(system, descriptor, vectors, count, out);
      system.memory.setU32(
        out,
        transferAll(system, vectors, count, (into) => process.read(file, into)),
      );
      return undefined;
    },
    fd_pread: (fd: number, vectors: number, count: number, offset: bigint, out: number) => {
      const descriptor = table.get(fd);
      descriptor.require(rights.FD_READ | rights.FD_SEEK);
      const file = descriptor.requireFile('ESPIPE');
      let position = offsetOf(offset);
      const read = transferAll(system, vectors, count, (into) => {
        const length = process.pread(file, into, position);
        position += length;
        return length;
      });
      system.memory.setU32(out, read);
    },
    fd_write: (fd: number, vectors: number, count: number, out: number) => {
      const descriptor = table.get(fd);
      descriptor.require(rights.FD_WRITE);
      system.memory.setU32(out, transferAll(system, vectors, count, writer(process, descriptor)));
      return system.suspends ? descriptor.stream?.drain?.() : undefined;
    },
    fd_pwrite: (fd: number, vectors: number, count: number, offset: bigint, out: number) => {
      const descriptor = table.get(fd);
      descriptor.require(rights.FD_WRITE | rights.FD_SEEK);
      const file = descriptor.requireFile('ESPIPE');
      let position = offsetOf(offset);
      const written = transferAll(system, vectors, count, (bytes) => {
        const length = process.pwrite(file, bytes, position);
        position += length;
        return length;
      });
      system.memory.setU32(out, written);
    },
    fd_seek: (fd: number, offset: bigint, whence: number, out: number) => {
      const descriptor = table.get(fd);
      // Asking where one is takes less than going elsewhere.
      descriptor.require(whence === 1 && offset === 0n ? rights.FD_TELL : rights.FD_SEEK);
      const from = WHENCES[whence] ?? refuse('EINVAL');
      const file = descriptor.requireFile('ESPIPE');
      system.memory.setSize(out, process.lseek(file, Number(offset), from));
    },
    fd_tell: (fd: number, out: number) => {
      const descriptor = table.get(fd);
      descriptor.require(rights.FD_TELL);
      system.memory.setSize(out, process.lseek(descriptor.requireFile('ESPIPE'), 0, 'cur'));
    },
    fd_sync: (fd: number) => {
      const descriptor = table.get(fd);
      descriptor.require(rights.FD_SYNC);
      process.fsync(descriptor.requireFile('EINVAL'));
    },
    fd_datasync: (fd: number) => {
      const descriptor = table.get(fd);
      descriptor.require(rights.FD_DATASYNC);
      process.fsync(descriptor.requireFile('EINVAL'));
    },
    fd_allocate: (fd: number, offset: bigint, length: bigint) => {
      const descriptor = table.get(fd);
      descriptor.require(rights.FD_ALLOCATE);
      process.fallocate(descriptor.requireFile('ESPIPE'), 0, offsetOf(offset), offsetOf(length));
    },
    fd_advise: (fd: number, offset: bigint, length: bigint, advice: number) => {
      const descriptor = table.get(fd);
      if (descriptor.filetype === FILETYPE_DIRECTORY) refuse('EBADF');
      descriptor.require(rights.FD_ADVISE);
      descriptor.requireFile('ESPIPE');
      offsetOf(offset);
      offsetOf(length);
      // Advice changes nothing here: everything is in memory already.
      if (advice < 0 || advice > LAST_ADVICE) refuse('EINVAL');
    },
  };
};
