/** Node's calls that read or write a file as a whole. */
import { O_CREAT, O_EXCL, O_RDONLY, O_TRUNC, O_WRONLY } from '../../fs/index.ts';
import type { Fd, SystemCalls } from '../system-calls.ts';
import {
  type Data,
  type EncodingOption,
  type PathLike,
  decode,
  encode,
  encodingOf,
  flagsOf,
  pathOf,
} from './node-arguments.ts';
import { modeOf } from './node-descriptor-calls.ts';
import { named } from './node-error.ts';
import type { Bytes, BytesOption, NodeFsSync, TextOption, WriteOptions } from './node-fs-types.ts';

type WholeFileCalls = Pick<NodeFsSync, 'appendFileSync' | 'copyFileSync' | 'readFileSync' | 'writeFileSync'>;

/** copyFile's mode bit: the copy must be new. */
export const COPYFILE_EXCL = 1;

const CHUNK = 65_536;

export const wholeFileCalls = (calls: SystemCalls): WholeFileCalls => {
  /** Opens `file` for the time of `run`; a descriptor is used as it is. */
  const withFile = <Result>(
    file: PathLike | Fd,
    flags: number,
    mode: number,
    run: (fd: Fd, path: string | undefined) => Result,
  ): Result => {
    if (typeof file === 'number') return run(file, undefined);
    const path = pathOf(file);
    const fd = named('open', path, () => calls.open(path, flags, mode));
    try {
      return run(fd, path);
    } finally {
      calls.close(fd);
    }
  };

  const readAll = (fd: Fd): Bytes => {
    const { size } = named('fstat', undefined, () => calls.fstat(fd));
    // One byte more than the size, so that a full answer is known to be the end; a device has no size.
    let bytes = new Uint8Array(size > 0 ? size + 1 : CHUNK);
    let filled = 0;
    for (;;) {
      const count = named('read', undefined, () => calls.read(fd, bytes.subarray(filled)));
      if (count === 0) return bytes.subarray(0, filled);
      filled += count;
      if (filled < bytes.length) continue;
      const larger = new Uint8Array(bytes.length * 2);
      larger.set(bytes);
      bytes = larger;
    }
  };

  const writeAll = (fd: Fd, bytes: Uint8Array): void => {
    for (let done = 0; done < bytes.length;) {
      done += named('write', undefined, () => calls.write(fd, bytes.subarray(done)));
    }
  };

  const writeFile = (
    file: PathLike | Fd,
    data: Data,
    options: string | WriteOptions | null | undefined,
    defaultFlag: string,
  ): void => {
    const { flag = defaultFlag, mode = 0o666 } = typeof options === 'object' ? (options ?? {}) : {};
    const bytes = encode(data, encodingOf(options));
    withFile(file, flagsOf(flag), modeOf(mode), (fd) => writeAll(fd, bytes));
  };

  function readFileSync(file: PathLike | Fd, options?: BytesOption): Bytes;
  function readFileSync(file: PathLike | Fd, options: TextOption): string;
  function readFileSync(
    file: PathLike | Fd,
    options?: EncodingOption | { readonly flag?: string | number },
  ): Bytes | string {
    const flag = typeof options === 'object' && options !== null && 'flag' in options ? options.flag : undefined;
    const bytes = withFile(file, flagsOf(flag ?? 'r'), 0, readAll);
    return decode(bytes, encodingOf(options as EncodingOption));
  }

  return {
    appendFileSync: (file, data, options) => writeFile(file, data, options, 'a'),
    copyFileSync: (from, to, mode = 0) => {
      const exclusive = (mode & COPYFILE_EXCL) === 0 ? 0 : O_EXCL;
      const source = pathOf(from);
      const target = pathOf(to);
      named('copyfile', source, () => copyFile(calls, source, target, exclusive), target);
    },
    readFileSync,
    writeFileSync: (file, data, options) => writeFile(file, data, options, 'w'),
  };
};

const copyFile = (calls: SystemCalls, from: string, to: string, exclusive: number): void => {
  const source = calls.open(from, O_RDONLY);
  try {
    const { mode } = calls.fstat(source);
    const target = calls.open(to, O_WRONLY | O_CREAT | O_TRUNC | exclusive, mode & 0o777);
    try {
      const buffer = new Uint8Array(CHUNK);
      for (let count = calls.read(source, buffer); count > 0; count = calls.read(source, buffer)) {
        calls.write(target, buffer.subarray(0, count));
      }
    } finally {
      calls.close(target);
    }
  } finally {
    calls.close(source);
  }
};
