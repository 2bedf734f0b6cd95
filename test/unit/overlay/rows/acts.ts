/** What rows do again and again; paths are relative to the mount's root. */
import { O_CREAT, O_RDONLY, O_WRONLY } from '@layerscope/core/fs';
import type { SystemCalls } from '@layerscope/core/vfs';

const encoder = new TextEncoder();

export const bytes = (text: string): Uint8Array => encoder.encode(text);

/** Opens, hands the descriptor on and closes it, whatever happens. */
export const opened = <Result>(
  calls: SystemCalls,
  path: string,
  flags: number,
  use: (fd: number) => Result,
  mode = 0o644,
): Result => {
  const fd = calls.open(path, flags, mode);
  try {
    return use(fd);
  } finally {
    calls.close(fd);
  }
};

export const create = (calls: SystemCalls, path: string, flags = 0, mode = 0o755): void =>
  opened(calls, path, O_WRONLY | O_CREAT | flags, () => undefined, mode);

/** Overwrites the first byte. */
export const write = (calls: SystemCalls, path: string): void =>
  void opened(calls, path, O_WRONLY, (fd) => calls.write(fd, bytes('X')));

/** At most the first 64 bytes. */
export const readFrom = (calls: SystemCalls, fd: number, position = 0): string => {
  const into = new Uint8Array(64);
  return new TextDecoder().decode(into.subarray(0, calls.pread(fd, into, position)));
};

export const read = (calls: SystemCalls, path: string): string =>
  opened(calls, path, O_RDONLY, (fd) => readFrom(calls, fd));

export const links = (calls: SystemCalls, ...paths: readonly string[]): readonly number[] =>
  paths.map((path) => calls.stat(path).nlink);
