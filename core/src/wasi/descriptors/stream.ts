import type { Fd } from '../../vfs/index.ts';

/** What stands under descriptor 0, 1 or 2 of a program. */
export interface WasiStream {
  /** The process's own descriptor, when there is one: then the program can seek in it, and its stat is told. */
  readonly file?: Fd;
  /** A terminal: line by line, isatty(3) is true. */
  readonly terminal?: boolean;
  /** Reading may make the program wait: `read` then answers a promise. */
  readonly waits?: boolean;
  /** Copies into `into`; 0 is the end. */
  read(into: Uint8Array): number | Promise<number>;
  /** Takes all of `bytes`, or throws `FsError`. */
  write(bytes: Uint8Array): void;
  /** Waits until what was written has room. `undefined`: it has. */
  drain?(): Promise<void> | undefined;
}
