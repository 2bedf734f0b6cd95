import type { OverlayEvent } from '../overlay/index.ts';
import type { TracedCall } from '../vfs/index.ts';
import type { Mount } from './kernel.ts';

/** Something the simulated machine did. `target` is the mount point as the caller of `mount` wrote it. */
export type KernelEvent =
  | { readonly type: 'mount'; readonly target: string; readonly mounts: readonly Mount[] }
  | { readonly type: 'unmount'; readonly target: string }
  /** A call on the disk; `path` is its first argument, `to` its second when it has two. */
  | { readonly type: 'disk'; readonly call: string; readonly path: string; readonly to?: string }
  /** A system call of a process that is traced, once it is answered: what it made happen was told before. */
  | ({ readonly type: 'system-call' } & TracedCall)
  /** Something an overlay did to its upper layer. */
  | { readonly type: 'overlay'; readonly target: string; readonly event: OverlayEvent }
  /** A line of the machine's log. */
  | { readonly type: 'kernel-log'; readonly line: string };
