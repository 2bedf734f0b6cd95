/**
 * A guest without a program: calls are made as a WebAssembly program makes them, with pointers into a memory, and
 * answer the name of the error or what was written.
 */
import { createMemoryFileSystem, O_CREAT, O_WRONLY, ROOT, seededRandom, steppingClock } from '@layerscope/core/fs';
import { createProcess, memoryDevices, MountNamespace, type Process } from '@layerscope/core/vfs';
import { createProgram, type WasiOptions, type WasiStream } from '@layerscope/core/wasi';

const NAMES: Readonly<Record<number, string>> = {
  0: 'ok',
  8: 'badf',
  20: 'exist',
  21: 'fault',
  28: 'inval',
  31: 'isdir',
  32: 'loop',
  37: 'nametoolong',
  44: 'noent',
  54: 'notdir',
  55: 'notempty',
  57: 'notsock',
  63: 'perm',
  70: 'spipe',
  75: 'xdev',
  76: 'notcapable',
};

export const RIGHTS = {
  read: 1n << 1n,
  seek: 1n << 2n,
  setFlags: 1n << 3n,
  tell: 1n << 5n,
  write: 1n << 6n,
  advise: 1n << 7n,
  allocate: 1n << 8n,
  pathSize: 1n << 19n,
  stat: 1n << 21n,
  setSize: 1n << 22n,
  setTimes: 1n << 23n,
} as const;
/** What a regular file can be opened with. */
export const ALL_OF_A_FILE = Object.values(RIGHTS).reduce((all, right) => all | right) & ~RIGHTS.pathSize;

export const CREAT = 1;
export const DIRECTORY = 2;
export const EXCL = 4;
export const TRUNC = 8;
export const APPEND = 1;

/** The preopened directory of every guest here: `/box` of the process, `box` to the program. */
export const BOX = 3;

export interface OpenOptions {
  readonly at?: number;
  readonly follow?: boolean;
  readonly oflags?: number;
  readonly base?: bigint;
  readonly inheriting?: bigint;
  readonly fdflags?: number;
}

export interface Filestat {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly type: number;
  readonly nlink: bigint;
  readonly size: bigint;
  readonly atim: bigint;
  readonly mtim: bigint;
  readonly ctim: bigint;
}

export interface Row {
  readonly name: string;
  readonly ino: bigint;
  readonly type: number;
  readonly next: bigint;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const silence: WasiStream = { read: () => 0, write: () => {} };

/** `START` is what the guest's clock shows before anything happened. */
export const START = 1_763_830_800_000_000_000n;

export class Guest {
  readonly process: Process;
  readonly calls: Readonly<Record<string, (...args: readonly unknown[]) => number>>;
  readonly view: DataView;
  readonly bytes: Uint8Array;
  #used = 1024;

  constructor(options: Partial<WasiOptions> = {}) {
    const clock = steppingClock(START);
    const random = seededRandom(1);
    const namespace = new MountNamespace({ fs: createMemoryFileSystem({ clock }), source: 'disk' });
    this.process = createProcess({ namespace, caller: ROOT, devices: memoryDevices(random) });
    this.process.mkdir('/box', 0o755);
    this.process.mkdir('/outside', 0o755);
    const memory = new (
      globalThis as unknown as { WebAssembly: { Memory: new (size: object) => { buffer: ArrayBuffer } } }
    ).WebAssembly.Memory({ initial: 2 });
    const program = createProgram({
      process: this.process,
      args: ['guest'],
      env: new Map(),
      stdin: silence,
      stdout: silence,
      stderr: silence,
      preopens: [{ name: 'box', path: '/box', confined: true }],
      clock,
      random,
      ...options,
    });
    program.attach(memory);
    this.calls = program.calls as unknown as Guest['calls'];
    this.bytes = new Uint8Array(memory.buffer);
    this.view = new DataView(memory.buffer);
  }

  /** Makes a call; answers the error's name. */
  call(name: string, ...args: readonly unknown[]): string {
    const errno = this.calls[name]!(...args);
    return NAMES[errno] ?? `${errno}`;
  }

  alloc(size: number): number {
    const at = this.#used;
    this.#used = (at + size + 7) & ~7;
    if (this.#used > 100_000) this.#used = 1024;
    return at;
  }

  text(text: string): readonly [pointer: number, length: number] {
    const bytes = encoder.encode(text);
    const at = this.alloc(bytes.length);
    this.bytes.set(bytes, at);
    return [at, bytes.length];
  }

  /** One buffer as a vector of one. */
  vector(bytes: Uint8Array | number): readonly [pointer: number, buffer: number] {
    const length = typeof bytes === 'number' ? bytes : bytes.length;
    const buffer = this.alloc(length);
    if (typeof bytes !== 'number') this.bytes.set(bytes, buffer);
    const at = this.alloc(8);
    this.view.setUint32(at, buffer, true);
    this.view.setUint32(at + 4, length, true);
    return [at, buffer];
  }

  /** The descriptor, or the error's name. */
  open(
    path: string,
    { at = BOX, follow = false, oflags = 0, base = 0n, inheriting = 0n, fdflags = 0 }: OpenOptions = {},
  ): number | string {
    const out = this.alloc(4);
    const error = this.call(
      'path_open',
      at,
      follow ? 1 : 0,
      ...this.text(path),
      oflags,
      base,
      inheriting,
      fdflags,
      out,
    );
    return error === 'ok' ? this.view.getUint32(out, true) : error;
  }

  create(path: string, options: OpenOptions = {}): number {
    const fd = this.open(path, { oflags: CREAT, base: ALL_OF_A_FILE, ...options });
    if (typeof fd === 'string') throw new Error(`${path}: ${fd}`);
    return fd;
  }

  /** Makes a file with these bytes, past the program. */
  put(path: string, content: string): void {
    const file = this.process.open(path, O_CREAT | O_WRONLY, 0o644);
    this.process.write(file, encoder.encode(content));
    this.process.close(file);
  }

  on(call: string, path: string, at: number = BOX): string {
    return this.call(call, at, ...this.text(path));
  }

  write(fd: number, content: string, offset?: bigint): number | string {
    const [vector] = this.vector(encoder.encode(content));
    const out = this.alloc(4);
    const error =
      offset === undefined
        ? this.call('fd_write', fd, vector, 1, out)
        : this.call('fd_pwrite', fd, vector, 1, offset, out);
    return error === 'ok' ? this.view.getUint32(out, true) : error;
  }

  read(fd: number, length: number, offset?: bigint): string {
    const [vector, buffer] = this.vector(length);
    const out = this.alloc(4);
    const error =
      offset === undefined
        ? this.call('fd_read', fd, vector, 1, out)
        : this.call('fd_pread', fd, vector, 1, offset, out);
    if (error !== 'ok') return error;
    return `"${decoder.decode(this.bytes.slice(buffer, buffer + this.view.getUint32(out, true)))}"`;
  }

  /** A call whose last argument is where a u64 goes. */
  u64(call: string, ...args: readonly unknown[]): bigint | string {
    const out = this.alloc(8);
    const error = this.call(call, ...args, out);
    return error === 'ok' ? this.view.getBigUint64(out, true) : error;
  }

  #filestat(call: string, ...args: readonly unknown[]): Filestat {
    const out = this.alloc(64);
    const error = this.call(call, ...args, out);
    if (error !== 'ok') throw new Error(error);
    const at = (offset: number): bigint => this.view.getBigUint64(out + offset, true);
    return {
      dev: at(0),
      ino: at(8),
      type: this.view.getUint8(out + 16),
      nlink: at(24),
      size: at(32),
      atim: at(40),
      mtim: at(48),
      ctim: at(56),
    };
  }

  fstat(fd: number): Filestat {
    return this.#filestat('fd_filestat_get', fd);
  }

  stat(path: string, follow = false, at: number = BOX): Filestat {
    return this.#filestat('path_filestat_get', at, follow ? 1 : 0, ...this.text(path));
  }

  fdstat(
    fd: number,
  ): { readonly type: number; readonly flags: number; readonly base: bigint; readonly inheriting: bigint } | string {
    const out = this.alloc(24);
    const error = this.call('fd_fdstat_get', fd, out);
    if (error !== 'ok') return error;
    return {
      type: this.view.getUint8(out),
      flags: this.view.getUint16(out + 2, true),
      base: this.view.getBigUint64(out + 8, true),
      inheriting: this.view.getBigUint64(out + 16, true),
    };
  }

  /** One fd_readdir: the whole rows of the buffer, and how much of it was used. */
  readdir(fd: number, cookie: bigint, size: number): { readonly rows: readonly Row[]; readonly used: number } | string {
    const buffer = this.alloc(size);
    const out = this.alloc(4);
    const error = this.call('fd_readdir', fd, buffer, size, cookie, out);
    if (error !== 'ok') return error;
    const used = this.view.getUint32(out, true);
    const rows: Row[] = [];
    for (let at = buffer; at + 24 <= buffer + used;) {
      const length = this.view.getUint32(at + 16, true);
      if (at + 24 + length > buffer + used) break;
      rows.push({
        name: decoder.decode(this.bytes.slice(at + 24, at + 24 + length)),
        ino: this.view.getBigUint64(at + 8, true),
        type: this.view.getUint8(at + 20),
        next: this.view.getBigUint64(at, true),
      });
      at += 24 + length;
    }
    return { rows, used };
  }

  /** The target, or the error's name. */
  readlink(path: string, size: number): string {
    const buffer = this.alloc(size);
    const out = this.alloc(4);
    const error = this.call('path_readlink', BOX, ...this.text(path), buffer, size, out);
    return error === 'ok' ? decoder.decode(this.bytes.slice(buffer, buffer + this.view.getUint32(out, true))) : error;
  }

  symlink(target: string, path: string): string {
    return this.call('path_symlink', ...this.text(target), BOX, ...this.text(path));
  }

  link(from: string, to: string, { follow = false, at = BOX, toAt = BOX } = {}): string {
    return this.call('path_link', at, follow ? 1 : 0, ...this.text(from), toAt, ...this.text(to));
  }

  rename(from: string, to: string): string {
    return this.call('path_rename', BOX, ...this.text(from), BOX, ...this.text(to));
  }
}
