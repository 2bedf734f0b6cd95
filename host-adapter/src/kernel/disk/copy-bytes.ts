/** The bytes of a regular file into another: shared where the file system can, holes kept, else copied in the kernel. */
import { FsError, O_NOFOLLOW, O_RDONLY } from '@layerscope/core/fs';
import type { Fd, SystemCalls } from '@layerscope/core/vfs';
import { O_CLOEXEC, copyRange, shareBytes } from '../../linux/index.ts';
import { failedWith } from './directory.ts';

const CHUNK = 1 << 20;

/** `to` is empty and open for writing. */
export const copyBytes = (calls: SystemCalls, fromDirectory: Fd, name: string, to: Fd, size: number): void => {
  if (size === 0) return;
  const from = calls.open(name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC, 0, fromDirectory);
  try {
    if (shareBytes(from, to)) return;
    // The length first: what is not copied below is a hole.
    calls.ftruncate(to, size);
    for (const [begin, end] of dataStretches(calls, from, size)) copyStretch(calls, from, to, begin, end);
  } finally {
    calls.close(from);
  }
};

function* dataStretches(calls: SystemCalls, fd: Fd, size: number): Iterable<readonly [begin: number, end: number]> {
  let position = 0;
  while (position < size) {
    try {
      position = calls.lseek(fd, position, 'data');
    } catch (error) {
      // ENXIO: nothing but a hole from here on.
      if (failedWith(error, 'ENXIO')) return;
      throw error;
    }
    const end = calls.lseek(fd, position, 'hole');
    yield [position, end];
    position = end;
  }
}

const copyStretch = (calls: SystemCalls, from: Fd, to: Fd, begin: number, end: number): void => {
  for (let position = begin; position < end;) {
    let copied: number;
    try {
      copied = copyRange(from, to, position, end - position);
    } catch (error) {
      // Not between these two file systems: through a buffer then.
      if (!(error instanceof FsError) || !['EXDEV', 'EINVAL', 'EOPNOTSUPP', 'ENOSYS'].includes(error.code)) throw error;
      copied = copyThroughBuffer(calls, from, to, position, end - position);
    }
    // The file got shorter while it was copied.
    if (copied === 0) return;
    position += copied;
  }
};

const copyThroughBuffer = (calls: SystemCalls, from: Fd, to: Fd, position: number, length: number): number => {
  const buffer = new Uint8Array(Math.min(length, CHUNK));
  const read = calls.pread(from, buffer, position);
  for (let written = 0; written < read;) {
    written += calls.pwrite(to, buffer.subarray(written, read), position + written);
  }
  return read;
};
