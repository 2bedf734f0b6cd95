/** What travels between the page and the kernel worker: plain values, nothing else. */
import type { Fault, HistoryCommand } from '@layerscope/core/sandbox';
import type { OverlayRule } from '@layerscope/core/overlay';
import type { Refusal } from './machine-values.ts';
import type { Kind } from '@layerscope/core/snapshots';

/** What the user (or a lesson, or a shared link) asks of the node. The log of these is the whole state. */
export type Command = HistoryCommand;

/** On which floor of the machine a call was made. */
export type CallFloor =
  | 'machine'
  | 'image'
  | 'event'
  | 'snapshotter'
  | 'backend'
  | 'kernel'
  | 'disk'
  | 'overlay'
  | 'system'
  | 'collection';

/** One call inside a command, in the order they were made. */
export interface Call {
  readonly floor: CallFloor;
  readonly name: string;
  /** As a user would write them: keys, paths, options. */
  readonly args: readonly string[];
  /** What a system call answered: a descriptor, a number of bytes. */
  readonly result?: string;
  /** The text of the refusal. */
  readonly error?: string;
  /** The lifecycle machine's own account of it. */
  readonly refusal?: Refusal;
  /** The overlay's own doing: what it did to its upper layer, and by which rule. */
  readonly effect?: Effect;
}

export interface Effect {
  readonly what: 'copy-up' | 'whiteout' | 'opaque' | 'redirect';
  /** The upper directory that received it, on the machine's disk. */
  readonly upper: string;
  /** As the container sees it. */
  readonly path: string;
  /** The system call that caused it. */
  readonly call: string;
  readonly rule: OverlayRule;
  /** File bytes that were copied; 0 for anything else. */
  readonly bytes: number;
}

/** One command of the history with everything that happened inside. */
export interface Entry {
  /** Counts up over all branches; 0 is the start, which did nothing. */
  readonly id: number;
  /** The entry it was carried out after. */
  readonly parent: number;
  readonly command: Command;
  /** The first of them, when a program made very many. */
  readonly calls: readonly Call[];
  /** How many there were. */
  readonly callCount: number;
  readonly exitCode: number;
  /** What it printed, text; cut when long. */
  readonly stdout: string;
  readonly stderr: string;
}

export interface SnapshotRow {
  /** Key of an active snapshot or a view, name of a committed one. */
  readonly name: string;
  readonly kind: Kind;
  /** `''` = none. */
  readonly parent: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Its own directory's name under the snapshotter's root. */
  readonly id: string;
  /** The directory of its own files on the machine's disk; `''` when nobody knows. */
  readonly directory: string;
  /** overlayfs's scratch directory. */
  readonly work?: string;
  /** Whether it holds changes only, shown on its parents' directories; otherwise it is a whole tree. */
  readonly stacked: boolean;
  /** What its snapshotter answers `Mounts`, as mount(8) takes it, where the page cannot tell by itself. */
  readonly mounts?: string;
  /** Bytes on disk and inodes of its own. */
  readonly size: number;
  readonly inodes: number;
  /** RFC 3339. */
  readonly created: string;
  /** What a person calls it: the build step of an image's layer, else the name. */
  readonly title: string;
  /** Who keeps it from being collected. */
  readonly keepers: readonly Keeper[];
}

export interface Keeper {
  readonly by: 'image' | 'container' | 'child' | 'lease';
  readonly name: string;
}

export interface ImageRow {
  readonly name: string;
  readonly platform: string;
  readonly digest: string;
  /** Chain IDs, lowest first. */
  readonly chain: readonly string[];
}

export interface ContainerRow {
  readonly id: string;
  readonly image: string;
  /** The snapshot it lives on. */
  readonly snapshot: string;
}

export interface LeaseRow {
  readonly id: string;
  /** RFC 3339; `''` = never. */
  readonly expires: string;
  /** `<type> <name>` of what it holds. */
  readonly holds: readonly string[];
}

/** Everything the views show of one moment, but for the trees, which are asked for as they are opened. */
export interface Moment {
  /** The entry whose state is shown; 0 is the empty node. */
  readonly at: number;
  /** The entries that led here, oldest first, the start not among them. */
  readonly path: readonly number[];
  /** The entry that redo goes to. */
  readonly next?: number;
  /** The last entry of every branch. */
  readonly branches: readonly number[];
  readonly checkpoints: readonly { readonly name: string; readonly id: number }[];
  /** What will go wrong, and after how many matching changes. */
  readonly faults: readonly { readonly fault: Fault; readonly left: number }[];
  readonly snapshots: readonly SnapshotRow[];
  readonly snapshotter: string;
  readonly images: readonly ImageRow[];
  readonly containers: readonly ContainerRow[];
  readonly leases: readonly LeaseRow[];
}
