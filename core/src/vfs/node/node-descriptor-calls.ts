/** Node's calls on descriptors. */
import type { Fd, SystemCalls } from '../system-calls.ts';
import { type Data, encode, flagsOf, pathOf, timeOf } from './node-arguments.ts';
import { named } from './node-error.ts';
import type { NodeFsSync } from './node-fs-types.ts';
import { NodeBigIntStats, NodeStats } from './node-stats.ts';

type DescriptorCalls = Pick<
  NodeFsSync,
  | 'closeSync'
  | 'fchmodSync'
  | 'fchownSync'
  | 'fdatasyncSync'
  | 'fstatSync'
  | 'fsyncSync'
  | 'ftruncateSync'
  | 'futimesSync'
  | 'openSync'
  | 'readSync'
  | 'writeSync'
>;

/** A mode as a number or in octal digits. */
export const modeOf = (mode: number | string): number => (typeof mode === 'string' ? Number.parseInt(mode, 8) : mode);

const bytesOf = (view: ArrayBufferView): Uint8Array => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

export const descriptorCalls = (calls: SystemCalls): DescriptorCalls => {
  function fstatSync(fd: Fd): NodeStats;
  function fstatSync(fd: Fd, options: { readonly bigint: true }): NodeBigIntStats;
  function fstatSync(fd: Fd, options?: { readonly bigint: true }): NodeStats | NodeBigIntStats {
    const stat = named('fstat', undefined, () => calls.fstat(fd));
    return options?.bigint === true ? new NodeBigIntStats(stat) : new NodeStats(stat);
  }

  /** `writeSync(fd, text, position, encoding)` or `writeSync(fd, view, offset, length, position)`. */
  const writeSync = (
    fd: Fd,
    data: Data,
    first?: number | null,
    second?: number | string | null,
    third?: number | null,
  ): number => {
    const isText = typeof data === 'string';
    const bytes = encode(data, isText && typeof second === 'string' ? second : undefined);
    const offset = isText ? 0 : (first ?? 0);
    const length = isText || typeof second !== 'number' ? bytes.length - offset : second;
    const position = (isText ? first : third) ?? undefined;
    const part = bytes.subarray(offset, offset + length);
    return named('write', undefined, () =>
      position === undefined ? calls.write(fd, part) : calls.pwrite(fd, part, position),
    );
  };

  return {
    closeSync: (fd) => named('close', undefined, () => calls.close(fd)),
    fchmodSync: (fd, mode) => named('fchmod', undefined, () => calls.fchmod(fd, modeOf(mode))),
    fchownSync: (fd, uid, gid) => named('fchown', undefined, () => calls.fchown(fd, uid, gid)),
    fdatasyncSync: (fd) => named('fdatasync', undefined, () => calls.fsync(fd)),
    fstatSync,
    fsyncSync: (fd) => named('fsync', undefined, () => calls.fsync(fd)),
    ftruncateSync: (fd, size) => named('ftruncate', undefined, () => calls.ftruncate(fd, size ?? 0)),
    futimesSync: (fd, atime, mtime) =>
      named('futime', undefined, () => calls.futimens(fd, timeOf(atime), timeOf(mtime))),
    openSync: (path, flags = 'r', mode) => {
      const name = pathOf(path);
      return named('open', name, () => calls.open(name, flagsOf(flags), modeOf(mode ?? 0o666)));
    },
    readSync: (fd, into, offset = 0, length, position) => {
      const bytes = bytesOf(into);
      const part = bytes.subarray(offset, length === undefined ? bytes.length : offset + length);
      // -1 is Node's other way to say "where the descriptor stands".
      const at = position === null || position === undefined || position < 0 ? undefined : Number(position);
      return named('read', undefined, () => (at === undefined ? calls.read(fd, part) : calls.pread(fd, part, at)));
    },
    writeSync,
  };
};
