import type { FileMode } from '../fs/index.ts';

/** Why something was written to the upper layer: a key into `OVERLAY_RULES`. */
export type OverlayRule = keyof typeof RULES;

const RULES = {
  'open-for-writing': 'A lower file is copied up when it is opened for writing, before the first write.',
  'open-truncating': 'O_TRUNC copies up an empty file, whatever the access mode: the old bytes are not wanted.',
  'attribute-change':
    'Mode, owner, times and size belong to the inode, so a change needs an upper inode, even to the same value.',
  'extended-attribute-change':
    'An extended attribute is set on the upper inode; the copy happens before the attribute is checked.',
  'content-replaced': 'The bytes of a lower file are replaced as a whole.',
  'link-source': 'A hard link needs an inode in the upper layer to point to.',
  'rename-source': 'What is renamed must be in the upper layer, because only that can be renamed.',
  'exchange-target': 'Both sides of an exchange must be in the upper layer.',
  'parent-of-change': 'The directory that receives the change, and all above it, must exist in the upper layer.',
  'counted-in-index':
    'Before one of several hard links goes, the file must be in the index, which counts the names that are left (index=on).',
  'removed-over-lower': 'A name that a lower layer has is hidden by a whiteout, because lower layers are not changed.',
  'renamed-over-lower': 'The old name of a renamed object exists in a lower layer and must be hidden.',
  'directory-over-whiteout': 'A new directory where a removed one was must not merge with it again.',
  'directory-in-merged-parent':
    'An upper directory moved or made in a merged directory must not merge with a lower of the same name.',
  'merged-directory-renamed':
    'A renamed merged directory remembers under which name its lower part is found (redirect_dir=on).',
  'metacopy-renamed':
    'A file whose bytes are still in a lower layer remembers under which name they are found (metacopy=on).',
} as const;

/** Each rule in one sentence. */
export const OVERLAY_RULES: { readonly [rule in OverlayRule]: string } = RULES;

interface Change {
  /** Absolute, from the root of the overlay. */
  readonly path: string;
  /** The system call that caused it, e.g. `open(O_WRONLY)`, `chmod`, `rename`. */
  readonly call: string;
  readonly rule: OverlayRule;
}

/** An object was copied from a lower layer to the upper one. */
export interface CopyUpEvent extends Change {
  readonly type: 'copy-up';
  /** `S_IFMT` bits. */
  readonly kind: FileMode;
  /** File bytes that were given to the upper file; 0 for anything but a regular file, or without its bytes (metacopy). */
  readonly bytes: number;
  /** The bytes are shared with the lower file until one is written (reflink), rather than copied. */
  readonly shared: boolean;
}

/** A whiteout (character device 0:0) now hides `path`. */
export interface WhiteoutEvent extends Change {
  readonly type: 'whiteout';
}

/** The directory `path` was marked opaque: nothing below it is merged. */
export interface OpaqueEvent extends Change {
  readonly type: 'opaque';
}

/** The directory or metacopy file `path` finds its lower part at `redirect`. */
export interface RedirectEvent extends Change {
  readonly type: 'redirect';
  readonly redirect: string;
}

/** A line that the kernel would log, without the `overlayfs: ` in front. */
export interface KernelLogEvent {
  readonly type: 'kernel-log';
  readonly text: string;
}

export type OverlayEvent = CopyUpEvent | WhiteoutEvent | OpaqueEvent | RedirectEvent | KernelLogEvent;
