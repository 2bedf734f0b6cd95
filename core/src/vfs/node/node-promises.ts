/** `fs.promises` made of the synchronous calls. */
import type { PathLike } from './node-arguments.ts';
import type { NodeFileHandle, NodeFsPromises, NodeFsSync } from './node-fs-types.ts';

type AnyCall = (...args: readonly never[]) => unknown;

/** An error becomes a rejection; the work is done at once either way. */
const later =
  (call: AnyCall) =>
  async (...args: readonly never[]): Promise<unknown> =>
    call(...args);

/** Every call on a path; those on descriptors belong to the file handle. */
const NOT_PROMISED = new Set(['existsSync', 'openSync', 'readSync', 'writeSync', 'closeSync']);

export const promisesOf = (sync: NodeFsSync): NodeFsPromises => {
  const calls = Object.entries(sync)
    .filter(([name]) => !NOT_PROMISED.has(name) && !name.startsWith('f'))
    .map(([name, call]) => [name.slice(0, -'Sync'.length), later(call as AnyCall)] as const);
  return {
    ...(Object.fromEntries(calls) as unknown as NodeFsPromises),
    open: async (path: PathLike, flags?: string | number, mode?: number | string) =>
      fileHandle(sync, sync.openSync(path, flags, mode)),
  };
};

const fileHandle = (sync: NodeFsSync, fd: number): NodeFileHandle => ({
  fd,
  read: async (into, offset, length, position) => ({
    bytesRead: sync.readSync(fd, into, offset, length, position),
    buffer: into,
  }),
  write: async (from, offset, length, position) => ({
    bytesWritten: sync.writeSync(fd, from, offset, length, position),
    buffer: from,
  }),
  readFile: async (options) => sync.readFileSync(fd, options),
  writeFile: async (data, options) => sync.writeFileSync(fd, data, options),
  truncate: async (size) => sync.ftruncateSync(fd, size),
  stat: async () => sync.fstatSync(fd),
  chmod: async (mode) => sync.fchmodSync(fd, mode),
  chown: async (uid, gid) => sync.fchownSync(fd, uid, gid),
  utimes: async (atime, mtime) => sync.futimesSync(fd, atime, mtime),
  sync: async () => sync.fsyncSync(fd),
  datasync: async () => sync.fdatasyncSync(fd),
  close: async () => sync.closeSync(fd),
});
