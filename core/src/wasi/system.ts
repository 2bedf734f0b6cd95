/** What the calls of one running program work on. */
import type { Clock, Nanoseconds, Random } from '../fs/index.ts';
import type { Process } from '../vfs/index.ts';
import { refuse } from './abi/errno.ts';
import type { GuestMemory } from './abi/guest-memory.ts';
import type { Descriptor } from './descriptors/descriptor.ts';
import { DescriptorTable } from './descriptors/descriptor-table.ts';
import type { Rights } from './descriptors/rights.ts';

/** The system calls a program's calls are made of. */
export type WasiProcess = Pick<
  Process,
  | 'open'
  | 'close'
  | 'read'
  | 'pread'
  | 'write'
  | 'pwrite'
  | 'lseek'
  | 'fsync'
  | 'fallocate'
  | 'ftruncate'
  | 'fstat'
  | 'stat'
  | 'futimens'
  | 'utimens'
  | 'mkdir'
  | 'rmdir'
  | 'unlink'
  | 'symlink'
  | 'readlink'
  | 'link'
  | 'rename'
  | 'getdents'
  | 'confine'
>;

export interface WasiSystemOptions {
  readonly process: WasiProcess;
  readonly args: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  readonly clock: Clock;
  readonly random: Random;
  readonly suspends?: boolean;
  readonly sleep?: (duration: Nanoseconds) => void;
}

export class WasiSystem {
  readonly process: WasiProcess;
  readonly args: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  readonly clock: Clock;
  readonly random: Random;
  readonly suspends: boolean;
  readonly table: DescriptorTable = new DescriptorTable();
  /** When the program began, by the clock: zero of its monotonic and CPU clocks. */
  readonly started: Nanoseconds;
  readonly #sleep: ((duration: Nanoseconds) => void) | undefined;
  #memory: GuestMemory | undefined = undefined;
  /** Time that passed in sleeping where nobody lets it pass outside: the program's clocks are ahead by it. */
  #slept: Nanoseconds = 0n;
  #confined = false;

  constructor(options: WasiSystemOptions) {
    this.process = options.process;
    this.args = options.args;
    this.env = options.env;
    this.clock = options.clock;
    this.random = options.random;
    this.suspends = options.suspends ?? false;
    this.#sleep = options.sleep;
    this.started = options.clock.now();
  }

  get memory(): GuestMemory {
    return this.#memory ?? refuse('EFAULT');
  }

  attach(memory: GuestMemory): void {
    this.#memory = memory;
  }

  now(): Nanoseconds {
    return this.clock.now() + this.#slept;
  }

  /** Lets time pass: the given `sleep` does, or else the program's own clocks jump. */
  sleep(duration: Nanoseconds): void {
    if (duration <= 0n) return;
    if (this.#sleep === undefined) this.#slept += duration;
    else this.#sleep(duration);
  }

  /** A directory for a path to start at, with the rights asked for. Paths from now on stay below it where it says so. */
  directory(fd: number, rights: Rights): Descriptor {
    const descriptor = this.table.get(fd);
    descriptor.require(rights);
    if (descriptor.file === undefined) refuse('ENOTDIR');
    if (descriptor.confined !== this.#confined) this.confine(descriptor.confined);
    return descriptor;
  }

  confine(confined: boolean): void {
    this.#confined = confined;
    this.process.confine(confined);
  }

  /** A path of the program. An absolute one is never meant by a program that follows the rules: EPERM. */
  path(pointer: number, length: number): string {
    const path = this.memory.string(pointer, length);
    return path.charCodeAt(0) === SLASH ? refuse('EPERM') : path;
  }
}

const SLASH = 47;
