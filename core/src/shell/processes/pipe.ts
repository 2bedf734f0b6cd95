/** pipe(7): a reader that waits for bytes, a writer that waits for room, and each of them learns when the other is gone. */
import { fail } from '../../fs/index.ts';
import { SignalJump } from '../language/errors.ts';
import { counted, type Stream } from '../streams.ts';
import type { Scheduler } from './scheduler.ts';
import { PIPE } from './signals.ts';

/** As Linux makes one: 16 pages. */
const CAPACITY = 65_536;
/** A program that cannot be made to wait (WebAssembly that runs without a pause) may write ahead this far. */
const LIMIT = 1 << 26;

export interface Pipe {
  readonly reader: Stream;
  readonly writer: Stream;
}

const refuse = (): never => fail('EBADF');

export const createPipe = (scheduler: Scheduler): Pipe => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  let writes = true;
  let reads = true;

  const take = (into: Uint8Array): number => {
    const chunk = chunks[0];
    if (chunk === undefined) return 0;
    const count = Math.min(chunk.length, into.length);
    into.set(chunk.subarray(0, count));
    if (count === chunk.length) chunks.shift();
    else chunks[0] = chunk.subarray(count);
    length -= count;
    return count;
  };
  return {
    reader: counted(
      {
        get waits() {
          return writes;
        },
        read: (into) =>
          length > 0 || !writes ? take(into) : scheduler.wait(() => length > 0 || !writes).then(() => take(into)),
        write: refuse,
        gather: () => (writes && length < CAPACITY ? scheduler.wait(() => !writes || length >= CAPACITY) : undefined),
      },
      () => {
        reads = false;
        chunks.length = 0;
        length = 0;
      },
    ),
    writer: counted(
      {
        read: refuse,
        write: (bytes) => {
          if (!reads) throw new SignalJump(PIPE);
          if (length + bytes.length > LIMIT) fail('ENOMEM');
          if (bytes.length === 0) return;
          chunks.push(bytes.slice());
          length += bytes.length;
        },
        drain: () => (length <= CAPACITY ? undefined : scheduler.wait(() => length <= CAPACITY || !reads)),
      },
      () => {
        writes = false;
      },
    ),
  };
};
