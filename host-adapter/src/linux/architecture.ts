/**
 * Where processors differ: the numbers of the simulation are those of x86-64 (and of riscv64); arm64 has the flags of
 * the old arm, and its system calls from a table of their own. Calls from 424 on have one number everywhere.
 */
import { O_DIRECTORY, O_NOFOLLOW } from '@layerscope/core/fs';

const O_DIRECT = 0o40000;
const O_LARGEFILE = 0o100000;

interface Pair {
  /** As the simulation has it. */
  readonly ours: number;
  /** As asm/fcntl.h of arm64 has it. */
  readonly arm64: number;
}

const OPEN_FLAGS: readonly Pair[] = [
  { ours: O_DIRECTORY, arm64: 0o40000 },
  { ours: O_NOFOLLOW, arm64: 0o100000 },
  { ours: O_DIRECT, arm64: 0o200000 },
  { ours: O_LARGEFILE, arm64: 0o400000 },
];
const ALL = O_DIRECTORY | O_NOFOLLOW | O_DIRECT | O_LARGEFILE;

const exchange = (flags: number, from: keyof Pair, to: keyof Pair): number =>
  OPEN_FLAGS.reduce((sum, pair) => ((flags & pair[from]) === 0 ? sum : sum | pair[to]), flags & ~ALL);

/** open(2) flags, and the system calls without a function of the C library, of a processor (`process.arch`). */
export interface Architecture {
  /** From core's O_* to this machine's. */
  readonly openFlags: (flags: number) => number;
  /** From this machine's, as FUSE tells them, to core's. */
  readonly coreFlags: (flags: number) => number;
  readonly getcwd: number;
}

const same = (flags: number): number => flags;

export const architectureOf = (processor: string): Architecture => {
  if (processor !== 'arm64') return { openFlags: same, coreFlags: same, getcwd: processor === 'x64' ? 79 : 17 };
  return {
    openFlags: (flags) => exchange(flags, 'ours', 'arm64'),
    coreFlags: (flags) => exchange(flags, 'arm64', 'ours'),
    getcwd: 17,
  };
};

export const architecture: Architecture = architectureOf(process.arch);

/** Numbers that are the same on every architecture. */
export const SYSTEM_CALLS = {
  openTree: 428,
  moveMount: 429,
  fsopen: 430,
  fsconfig: 431,
  fsmount: 432,
  closeRange: 436,
  openat2: 437,
  mountSetattr: 442,
  fchmodat2: 452,
} as const;
