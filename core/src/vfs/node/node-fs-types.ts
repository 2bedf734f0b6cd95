import type { StatFs } from '../../fs/index.ts';
import type { Fd } from '../system-calls.ts';
import type { Data, EncodingOption, PathLike, TimeLike } from './node-arguments.ts';
import type { NodeBigIntStats, NodeDirent, NodeStats } from './node-stats.ts';

/** Bytes: a Buffer where the platform has Buffers. */
export type Bytes = Uint8Array<ArrayBuffer>;

export interface MkdirOptions {
  readonly recursive?: boolean;
  readonly mode?: number | string;
}
export interface RmOptions {
  readonly recursive?: boolean;
  readonly force?: boolean;
}
export interface WriteOptions {
  readonly encoding?: string | null;
  readonly mode?: number | string;
  readonly flag?: string | number;
}
/** Text when an encoding is named, bytes otherwise. */
export type TextOption = string | { readonly encoding: string; readonly flag?: string | number };
export type BytesOption = null | undefined | { readonly encoding?: null; readonly flag?: string | number };

/** The calls that answer the same way whatever their options say, by their names without `Sync`. */
interface PlainCalls {
  access(path: PathLike, mode?: number): void;
  appendFile(path: PathLike | Fd, data: Data, options?: string | WriteOptions | null): void;
  chmod(path: PathLike, mode: number | string): void;
  chown(path: PathLike, uid: number, gid: number): void;
  copyFile(from: PathLike, to: PathLike, mode?: number): void;
  lchown(path: PathLike, uid: number, gid: number): void;
  link(existing: PathLike, path: PathLike): void;
  lutimes(path: PathLike, atime: TimeLike, mtime: TimeLike): void;
  /** With `recursive` answers the first directory that was made, if any. */
  mkdir(path: PathLike, options?: number | string | MkdirOptions | null): string | undefined;
  mkdtemp(prefix: string): string;
  readlink(path: PathLike, options?: EncodingOption): string;
  realpath(path: PathLike, options?: EncodingOption): string;
  rename(from: PathLike, to: PathLike): void;
  rm(path: PathLike, options?: RmOptions): void;
  rmdir(path: PathLike): void;
  statfs(path: PathLike): StatFs;
  symlink(target: PathLike, path: PathLike, type?: string | null): void;
  truncate(path: PathLike, size?: number | null): void;
  unlink(path: PathLike): void;
  utimes(path: PathLike, atime: TimeLike, mtime: TimeLike): void;
  writeFile(path: PathLike | Fd, data: Data, options?: string | WriteOptions | null): void;
}

type Sync = { readonly [Name in keyof PlainCalls as `${Name}Sync`]: PlainCalls[Name] };
type Async = {
  readonly [Name in keyof PlainCalls]: (...args: Parameters<PlainCalls[Name]>) => Promise<ReturnType<PlainCalls[Name]>>;
};

/** Node's synchronous `fs` functions. They need no `this`. */
export interface NodeFsSync extends Sync {
  closeSync(fd: Fd): void;
  existsSync(path: PathLike): boolean;
  fchmodSync(fd: Fd, mode: number | string): void;
  fchownSync(fd: Fd, uid: number, gid: number): void;
  fdatasyncSync(fd: Fd): void;
  fstatSync(fd: Fd): NodeStats;
  fstatSync(fd: Fd, options: { readonly bigint: true }): NodeBigIntStats;
  fsyncSync(fd: Fd): void;
  ftruncateSync(fd: Fd, size?: number | null): void;
  futimesSync(fd: Fd, atime: TimeLike, mtime: TimeLike): void;
  lstatSync(path: PathLike, options?: { readonly bigint?: false }): NodeStats;
  lstatSync(path: PathLike, options: { readonly bigint: true }): NodeBigIntStats;
  lstatSync(path: PathLike, options: { readonly throwIfNoEntry: false }): NodeStats | undefined;
  openSync(path: PathLike, flags?: string | number, mode?: number | string | null): Fd;
  readFileSync(path: PathLike | Fd, options?: BytesOption): Bytes;
  readFileSync(path: PathLike | Fd, options: TextOption): string;
  readSync(fd: Fd, into: ArrayBufferView, offset?: number, length?: number, position?: number | bigint | null): number;
  readdirSync(path: PathLike, options?: EncodingOption | { readonly recursive?: boolean }): string[];
  readdirSync(path: PathLike, options: { readonly withFileTypes: true; readonly recursive?: boolean }): NodeDirent[];
  statSync(path: PathLike, options?: { readonly bigint?: false }): NodeStats;
  statSync(path: PathLike, options: { readonly bigint: true }): NodeBigIntStats;
  statSync(path: PathLike, options: { readonly throwIfNoEntry: false }): NodeStats | undefined;
  writeSync(
    fd: Fd,
    data: ArrayBufferView,
    offset?: number | null,
    length?: number | null,
    position?: number | null,
  ): number;
  writeSync(fd: Fd, text: string, position?: number | null, encoding?: string): number;
}

/** `fs.promises`. The work is done before the promise is answered: there is nothing to wait for. */
export interface NodeFsPromises extends Async {
  lstat(path: PathLike, options?: { readonly bigint?: false }): Promise<NodeStats>;
  lstat(path: PathLike, options: { readonly bigint: true }): Promise<NodeBigIntStats>;
  open(path: PathLike, flags?: string | number, mode?: number | string): Promise<NodeFileHandle>;
  readFile(path: PathLike | Fd, options?: BytesOption): Promise<Bytes>;
  readFile(path: PathLike | Fd, options: TextOption): Promise<string>;
  readdir(path: PathLike, options?: EncodingOption | { readonly recursive?: boolean }): Promise<string[]>;
  readdir(
    path: PathLike,
    options: { readonly withFileTypes: true; readonly recursive?: boolean },
  ): Promise<NodeDirent[]>;
  stat(path: PathLike, options?: { readonly bigint?: false }): Promise<NodeStats>;
  stat(path: PathLike, options: { readonly bigint: true }): Promise<NodeBigIntStats>;
}

/** `FileHandle`: what `promises.open` answers. */
export interface NodeFileHandle {
  readonly fd: Fd;
  read<Into extends ArrayBufferView>(
    into: Into,
    offset?: number,
    length?: number,
    position?: number | null,
  ): Promise<{ readonly bytesRead: number; readonly buffer: Into }>;
  write<From extends ArrayBufferView>(
    from: From,
    offset?: number,
    length?: number,
    position?: number | null,
  ): Promise<{ readonly bytesWritten: number; readonly buffer: From }>;
  readFile(options?: BytesOption): Promise<Bytes>;
  writeFile(data: Data, options?: string | WriteOptions | null): Promise<void>;
  truncate(size?: number): Promise<void>;
  stat(): Promise<NodeStats>;
  chmod(mode: number | string): Promise<void>;
  chown(uid: number, gid: number): Promise<void>;
  utimes(atime: TimeLike, mtime: TimeLike): Promise<void>;
  sync(): Promise<void>;
  datasync(): Promise<void>;
  close(): Promise<void>;
}

export interface NodeFs extends NodeFsSync {
  readonly promises: NodeFsPromises;
  /** access(2) masks, open(2) flags and copyFile's COPYFILE_EXCL. */
  readonly constants: { readonly [name: string]: number };
}
