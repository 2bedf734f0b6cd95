/** A row of a program's descriptor table: one of the process's descriptors, or a stream, and what may be done with it. */
import type { Fd } from '../../vfs/index.ts';
import { refuse } from '../abi/errno.ts';
import type { Rights } from './rights.ts';
import type { WasiStream } from './stream.ts';

export interface Preopen {
  /** What the program knows the directory by. */
  readonly name: string;
}

export interface DescriptorInit {
  readonly file?: Fd | undefined;
  readonly stream?: WasiStream | undefined;
  readonly filetype: number;
  readonly flags?: number;
  readonly base: Rights;
  readonly inheriting: Rights;
  readonly preopen?: Preopen;
  /** See `Descriptor.confined`. */
  readonly confined?: boolean;
}

export class Descriptor {
  /** Absent for a stream that is no file. */
  readonly file: Fd | undefined;
  readonly stream: WasiStream | undefined;
  readonly filetype: number;
  /**
   * FDFLAGS. O_APPEND is kept here and not in the open description, because a program may switch it
   * (`fd_fdstat_set_flags`).
   */
  flags: number;
  base: Rights;
  inheriting: Rights;
  readonly preopen: Preopen | undefined;
  /**
   * Nothing above this directory can be reached through it, neither by `..` nor by a link. Not set for what is opened
   * under the process's own root: there is nothing above, and absolute links of an image mean that very root.
   */
  readonly confined: boolean;

  constructor(init: DescriptorInit) {
    this.file = init.file;
    this.stream = init.stream;
    this.filetype = init.filetype;
    this.flags = init.flags ?? 0;
    this.base = init.base;
    this.inheriting = init.inheriting;
    this.preopen = init.preopen;
    this.confined = init.confined ?? false;
  }

  /** ENOTCAPABLE unless all of `rights` are there. */
  require(rights: Rights): void {
    if ((this.base & rights) !== rights) refuse('ENOTCAPABLE');
  }

  /** The process's descriptor. A stream that is none can only be read and written: `code`. */
  requireFile(code: 'ESPIPE' | 'EINVAL' | 'EBADF'): Fd {
    return this.file ?? refuse(code);
  }
}
