/** The bytes of a copied file. */
import { FsError, isRegular, O_CREAT, O_EXCL, O_RDONLY, O_TRUNC, O_WRONLY, type Stat } from '../../../../fs/index.ts';
import type { Fd } from '../../../../vfs/index.ts';
import { errorText, quote, type Invocation } from '../../../command.ts';
import { attempt, CopyError, type Copying } from './copying.ts';
import { preserve } from './preserve.ts';

const CHUNK = 131_072;

const openDestination = (
  invocation: Invocation,
  to: string,
  source: Stat,
  target: Stat | undefined,
  copying: Copying,
): Fd => {
  const { process } = invocation;
  const mode = copying.ownership ? source.mode & 0o700 : source.mode & 0o777;
  const make = (): Fd =>
    attempt(`cannot create regular file ${quote(to)}`, () => process.open(to, O_WRONLY | O_CREAT | O_EXCL, mode));
  if (target === undefined) return make();
  try {
    return process.open(to, O_WRONLY | O_TRUNC);
  } catch (error) {
    if (!copying.force) throw new CopyError(`cannot create regular file ${quote(to)}: ${errorText(error)}`);
    attempt(`cannot remove ${quote(to)}`, () => process.unlink(to));
    return make();
  }
};

/** `target` is what stands at `to`, if anything. A source that is no regular file is read to its end. */
export const copyRegular = (
  invocation: Invocation,
  from: string,
  to: string,
  source: Stat,
  target: Stat | undefined,
  copying: Copying,
): void => {
  const { process } = invocation;
  const input = attempt(`cannot open ${quote(from)} for reading`, () => process.open(from, O_RDONLY));
  try {
    const output = openDestination(invocation, to, source, target, copying);
    try {
      if (isRegular(source.mode)) copyBytes(invocation, input, output, source, to);
      else copyStream(invocation, input, output, to);
    } finally {
      process.close(output);
    }
  } finally {
    process.close(input);
  }
  preserve(invocation, from, to, source, copying, target === undefined);
};

/** Copies the stored stretches only: holes stay holes. */
const copyBytes = ({ process }: Invocation, input: Fd, output: Fd, source: Stat, to: string): void =>
  attempt(`error writing ${quote(to)}`, () => {
    const sparse = source.blocks * 512 < source.size;
    const chunk = new Uint8Array(Math.min(CHUNK, Math.max(source.size, 1)));
    for (let at = 0; at < source.size;) {
      if (sparse) {
        const start = nextData(process, input, at);
        if (start === undefined) break;
        at = start;
      }
      const end = sparse ? process.lseek(input, at, 'hole') : source.size;
      while (at < end) {
        const length = process.pread(input, chunk.subarray(0, Math.min(chunk.length, end - at)), at);
        if (length === 0) return;
        process.pwrite(output, chunk.subarray(0, length), at);
        at += length;
      }
    }
    if (sparse) process.ftruncate(output, source.size);
  });

const nextData = (process: Invocation['process'], file: Fd, at: number): number | undefined => {
  try {
    return process.lseek(file, at, 'data');
  } catch (error) {
    if (error instanceof FsError && error.code === 'ENXIO') return undefined;
    throw error;
  }
};

const copyStream = ({ process }: Invocation, input: Fd, output: Fd, to: string): void =>
  attempt(`error writing ${quote(to)}`, () => {
    const chunk = new Uint8Array(CHUNK);
    for (let length = process.read(input, chunk); length > 0; length = process.read(input, chunk))
      process.write(output, chunk.subarray(0, length));
  });
