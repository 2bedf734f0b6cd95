/**
 * What a descriptor of the shell stands for. A stream is shared like an open file description: `2>&1` and `3<&0` put
 * the same one under a second number, and it is given back when the last number is closed.
 */
import { fail } from '../fs/index.ts';
import type { Device, Fd, SystemCalls } from '../vfs/index.ts';

/** Bytes to read. A promise when they are still to come (a terminal); everything else answers at once. 0 is the end. */
export interface Input {
  /** Reading may make the reader wait. */
  readonly waits?: boolean;
  /** A terminal, as isatty(3) has it. */
  readonly terminal?: boolean;
  /** Whether there are bytes, or the end: who reads waits for that with the machine's own means. */
  ready?(): boolean;
  read(into: Uint8Array): number | Promise<number>;
  /** Waits until everything is there to be read, or as much as there is room for. `undefined`: it is. */
  gather?(): Promise<void> | undefined;
}

/** Bytes to write: all of them, or an `FsError` is thrown. */
export interface Output {
  write(bytes: Uint8Array): void;
  /** Waits until a reader has made room. `undefined`: there is room. */
  drain?(): Promise<void> | undefined;
}

/** An open description with a count of the descriptors that refer to it. */
export interface Stream extends Input, Output {
  /** The process's own descriptor, when there is one: what fstat(2) and copy_file_range(2) need. */
  readonly file?: Fd;
  retain(): Stream;
  release(): void;
}

/** Counts references to `body`, which becomes the stream; `close` is called with the last one. */
export const counted = (body: Input & Output & { readonly file?: Fd }, close: () => void = () => {}): Stream => {
  let references = 1;
  const stream: Stream = Object.assign(body, {
    retain: () => {
      references++;
      return stream;
    },
    release: () => {
      if (--references === 0) close();
    },
  });
  return stream;
};

const unreadable = (): number => fail('EBADF');
const unwritable = (): void => fail('EBADF');

/** A descriptor the process holds; closed with the last reference. */
export const fileStream = (process: SystemCalls, file: Fd): Stream =>
  counted(
    {
      file,
      read: (into) => process.read(file, into),
      write: (bytes) => {
        for (let done = 0; done < bytes.length;) done += process.write(file, bytes.subarray(done));
      },
    },
    () => process.close(file),
  );

/** A here-document: bytes to be read, nothing to be written. */
export const bytesStream = (bytes: Uint8Array): Stream => inputStream(bytesInput(bytes));

/** What comes from outside the shell: a terminal, bytes handed in. */
export const inputStream = (input: Input): Stream =>
  counted({
    get waits() {
      return input.waits === true;
    },
    ...(input.terminal === true ? { terminal: true } : {}),
    read: (into) => input.read(into),
    write: unwritable,
    ...(input.gather === undefined ? {} : { gather: () => input.gather?.() }),
  });

/** What goes outside the shell. */
export const outputStream = (output: Output): Stream =>
  counted({
    read: unreadable,
    write: (bytes) => output.write(bytes),
    ...(output.drain === undefined ? {} : { drain: () => output.drain?.() }),
  });

/** A device without a node in the image. */
export const deviceStream = (device: Device): Stream =>
  counted({
    read: (into) => device.read(into),
    write: (bytes) => {
      device.write(bytes);
    },
  });

/** Bytes that a program may keep of its input: what never ends (/dev/zero) would take all memory there is. */
export const MOST_INPUT: number = 2 ** 28;

/** Everything up to the end. ENOMEM for more than a program can keep. */
export const readAll = async (input: Input): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for (;;) {
    const chunk = new Uint8Array(65_536);
    const answer = input.read(chunk);
    const length = typeof answer === 'number' ? answer : await answer;
    if (length === 0) return concatenate(chunks, total);
    chunks.push(chunk.subarray(0, length));
    total += length;
    if (total > MOST_INPUT) fail('ENOMEM');
  }
};

const concatenate = (chunks: readonly Uint8Array[], total: number): Uint8Array => {
  const all = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
};

/** What is collected of one program's output, in bytes: it is held in one piece, and a browser's tab has few of those. */
const MOST_OUTPUT = 256 << 20;

/** Collects what is written. EFBIG when it is more than can be held: `cat` of a sparse file of gigabytes ends with that. */
export const collector = (): Output & { bytes(): Uint8Array } => {
  const chunks: Uint8Array[] = [];
  let total = 0;
  return {
    write: (bytes) => {
      if (total + bytes.length > MOST_OUTPUT) fail('EFBIG');
      chunks.push(bytes.slice());
      total += bytes.length;
    },
    bytes: () => concatenate(chunks, total),
  };
};

/** Reads from bytes at hand. */
export const bytesInput = (bytes: Uint8Array): Input => {
  let at = 0;
  return {
    read: (into) => {
      const chunk = bytes.subarray(at, at + into.length);
      into.set(chunk);
      at += chunk.length;
      return chunk.length;
    },
  };
};
