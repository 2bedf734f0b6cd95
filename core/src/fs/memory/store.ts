import type { Clock } from '../clock.ts';
import type { InodeTable } from './inode.ts';
import type { Space } from './space.ts';

/** What the operations of one file system share: where its inodes come from, what they may take, and what time it is. */
export interface Store {
  readonly table: InodeTable;
  readonly space: Space;
  readonly clock: Clock;
  /** Links of one inode, subdirectories counting for their parent. */
  readonly linkLimit: number;
}
