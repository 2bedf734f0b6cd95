/**
 * What the page asks of a learner's snapshotter, and what comes back: plain values, because it runs in a worker of
 * another origin.
 */
import type { Report, Verdict } from '@layerscope/core/conformance';
import type { Usage } from '@layerscope/core/kernel';

/** A file, compiled to a CommonJS module. */
export interface LearnerModule {
  /** What errors and reports call it, e.g. `my-snapshotter.ts`. */
  readonly name: string;
  readonly code: string;
  /** What `process.env` holds for it. */
  readonly env?: Readonly<Record<string, string>>;
}

/** One of core's own, to compare with. */
export const PEERS = ['overlayfs', 'native'] as const;
export type Peer = (typeof PEERS)[number];

export type Job =
  /** A layer and a container, one call after another. */
  | { readonly kind: 'walk'; readonly module: LearnerModule }
  /** Every law of the contract. */
  | { readonly kind: 'check'; readonly module: LearnerModule }
  /** One workload on it and on its peers. */
  | { readonly kind: 'measure'; readonly module: LearnerModule };

/** A call of the snapshotter's on the kernel. */
export interface KernelCall {
  readonly call: string;
  /** Paths and values as a person writes them. */
  readonly args: readonly string[];
  /** The text of the failure. */
  readonly error?: string;
}

export interface SnapshotLine {
  readonly name: string;
  readonly kind: string;
  readonly parent: string;
}

/** One call of the contract, with everything it caused. */
export interface WalkStep {
  /** `prepare("box", "base")`, or what a container did in between. */
  readonly call: string;
  /** What it answered, e.g. a mount a line; empty for nothing. */
  readonly answer: readonly string[];
  readonly error?: string;
  readonly kernel: readonly KernelCall[];
  /** All snapshots afterwards, as `walk` tells them. */
  readonly snapshots: readonly SnapshotLine[];
  /** What lies below its root afterwards, directories with a slash. */
  readonly files: readonly string[];
}

/** What a workload cost. Bytes are file bytes; `nanoseconds` is the time model's, not a measurement. */
export interface Cost {
  readonly calls: number;
  readonly bytesCopied: number;
  readonly inodes: number;
  readonly nanoseconds: number;
}

export interface Phase extends Cost {
  readonly phase: PhaseName;
}

export const PHASES = ['unpack', 'start', 'write', 'commit', 'remove'] as const;
export type PhaseName = (typeof PHASES)[number];

export interface Costs {
  readonly snapshotter: string;
  readonly phases: readonly Phase[];
  readonly total: Cost;
  /** On the disk below its root, when most was there. */
  readonly onDisk: Usage;
  /** Why the workload ended early. */
  readonly error?: string;
}

export interface JobResults {
  readonly walk: readonly WalkStep[];
  readonly check: Report;
  readonly measure: readonly Costs[];
}

/** What the worker tells. Every message shows that it is alive. */
export type JobMessage =
  | { readonly type: 'begun'; readonly label: string }
  | { readonly type: 'verdict'; readonly verdict: Verdict; readonly done: number; readonly total: number }
  | { readonly type: 'result'; readonly result: JobResults[keyof JobResults] }
  | { readonly type: 'problem'; readonly problem: Problem };

/** Why a job has no result. A view says it in the user's language; `detail` is what the program said. */
export interface Problem {
  readonly code: ProblemCode;
  /** Names and numbers for the sentence. */
  readonly data: Readonly<Record<string, string>>;
}

export type ProblemCode =
  /** `specifier` is not among what can be imported. */
  | 'foreign-import'
  /** The file itself threw while it was read: `detail`. */
  | 'file-threw'
  | 'no-factory'
  /** createSnapshotter threw: `detail`. */
  | 'factory-threw'
  /** What it answered lacks `methods`. */
  | 'methods-missing'
  /** Nothing was heard for `seconds`, in the middle of `doing`. */
  | 'no-answer'
  /** It asked for more memory than there is. */
  | 'out-of-memory'
  /** The worker ended: `detail`. */
  | 'worker-failed'
  /** The file has errors that no program can be made of: `detail`. */
  | 'not-compiled'
  | 'cancelled';

/** A `Problem` on its way up. */
export class LearnerProblem extends Error {
  readonly problem: Problem;

  constructor(code: ProblemCode, data: Readonly<Record<string, string>> = {}) {
    super(`${code} ${JSON.stringify(data)}`);
    this.name = 'LearnerProblem';
    this.problem = { code, data };
  }
}
