/** What the command line may say. Free of the server's libraries, so that other commands start without them. */
import type { OverlayfsOptions } from '@layerscope/core/snapshotters';

export const KERNELS = ['linux', 'simulated'] as const;
export type KernelName = (typeof KERNELS)[number];

export const LOG_FORMATS = ['json', 'pretty'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

export const LOG_LEVELS = ['info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type OverlayfsFlags = Pick<OverlayfsOptions, 'upperdirLabel' | 'syncRemove' | 'mountOptions' | 'remapIds'>;

export interface ServeOptions extends OverlayfsFlags {
  readonly snapshotter: string;
  readonly root: string;
  readonly address: string;
  readonly kernel: KernelName;
  /**
   * Containers with user namespaces may have their files copied and chowned, by containerd, where id-mapped mounts are
   * not to be had: then `remapIds` is done without. Else that is refused.
   */
  readonly slowChown?: boolean;
  /** The socket of the containerd whose content store the diff service reads and writes; no diff service when absent. */
  readonly diff?: string;
  /** `host:port`; no metrics when absent. */
  readonly metrics?: string;
  readonly log: LogFormat;
  readonly logLevel: LogLevel;
  /** A user's file is served only when it passes the conformance suite, unless this is false. */
  readonly check: boolean;
}
