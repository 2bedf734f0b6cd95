/** What the Layers view shows of one snapshot: its stack, the tree of a layer, a path. */
import type { Effect } from './values.ts';

/** One directory of a snapshot's mount. */
export interface StackLayer {
  /** The snapshot that owns it. */
  readonly key: string;
  readonly title: string;
  readonly role: 'upper' | 'lower';
  /** Where it lies on the machine's disk. */
  readonly directory: string;
  readonly size: number;
  readonly inodes: number;
}

export interface LayerStack {
  readonly key: string;
  /** Topmost first. */
  readonly layers: readonly StackLayer[];
  /** overlayfs's scratch directory, when the snapshot is writable. */
  readonly work?: string;
  /** As `mount` would be told; `''` for a committed snapshot, which nobody mounts. */
  readonly mount: string;
}

/** How something in a layer relates to the layers below it. */
export type Mark = 'added' | 'changed' | 'hidden' | 'opaque' | 'unchanged';

export interface TreeQuery {
  readonly key: string;
  /** The layer alone, or everything up to it as a container would see it. */
  readonly scope: 'layer' | 'merged';
  /** Directories that are open. */
  readonly open: readonly string[];
  /** Part of a path; everything that matches is shown, with what leads to it. */
  readonly filter: string;
  /** Which marks are shown. */
  readonly marks: readonly Mark[];
}

export interface TreeRow {
  readonly path: string;
  readonly name: string;
  /** From 1 for what is in `/`. */
  readonly depth: number;
  readonly type: NodeType;
  readonly mark: Mark;
  /** Bytes of a regular file. */
  readonly size: number;
  /** `-rwxr-xr-x`. */
  readonly mode: string;
  /** Link target, or `major:minor` of a device. */
  readonly target?: string;
  /** Snapshot it comes from. */
  readonly from: string;
  readonly expandable: boolean;
  readonly expanded: boolean;
  /** Place among its siblings, from 1, and their number: for screen readers. */
  readonly position: number;
  readonly siblings: number;
}

export type NodeType = 'file' | 'directory' | 'symlink' | 'whiteout' | 'char' | 'block' | 'fifo' | 'socket';

export interface TreePage {
  readonly rows: readonly TreeRow[];
  /** How many rows there would be without the limit. */
  readonly total: number;
}

export interface PathQuery {
  readonly key: string;
  readonly path: string;
}

/** Why a layer's object is out of sight: what stands where in a layer above. */
export interface Hiding {
  readonly why: 'whiteout' | 'opaque' | 'replaced';
  /** Of the layer that hides. */
  readonly title: string;
  readonly path: string;
}

/** What one layer of the stack holds at a path. */
export interface Presence {
  readonly key: string;
  readonly title: string;
  readonly role: 'upper' | 'lower';
  readonly type: NodeType;
  readonly opaque: boolean;
  readonly size: number;
  readonly mode: string;
  readonly owner: string;
  /** RFC 3339. */
  readonly modified: string;
  readonly xattrs: readonly (readonly [name: string, value: string])[];
  /** Whether a process in the container sees it. */
  readonly seen: boolean;
  readonly hiddenBy?: Hiding;
  /** Text, when it is text and not too long. */
  readonly text?: string;
}

export interface PathDetail {
  readonly path: string;
  /** Topmost first; only layers that have something there. */
  readonly presences: readonly Presence[];
  /** What overlayfs did to this path, oldest first. */
  readonly effects: readonly Effect[];
}
