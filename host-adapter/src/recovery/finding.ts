/** Something a crash, a full disk or a hand left behind. */

export type FindingKind =
  /** A directory that no snapshot owns: a crash between making it and recording it, or a removal that was not finished. */
  | 'orphan-directory'
  /** `new-…`: a crash while a snapshot was made. */
  | 'unfinished-directory'
  /** `rm-…`: a crash while one was removed. */
  | 'unfinished-removal'
  /** `rm-<id>` of a snapshot that is still recorded: it was never gone. */
  | 'undone-removal'
  /** An orphan that something is mounted on or from. */
  | 'orphan-in-use'
  /** A snapshot is recorded and its files are gone. */
  | 'missing-directory'
  /** A snapshot lacks a directory that can be made again without loss. */
  | 'missing-empty-directory'
  /** A temporary mount of ours, whose process is gone. */
  | 'left-mount'
  /** The records contradict each other. */
  | 'unsound-records';

export interface Finding {
  readonly kind: FindingKind;
  /** The directory or mount point; the root for records. */
  readonly path: string;
  /** What it is, and about which snapshot, in a sentence. */
  readonly text: string;
  /** What a repair does; absent when there is nothing to do without losing something. */
  readonly repair?: string;
}

/** What became of a finding that was to be repaired. */
export interface Repaired {
  readonly finding: Finding;
  /** `undefined` when it worked. */
  readonly failure?: string;
}
