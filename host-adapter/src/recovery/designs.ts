/** Where the storage designs keep what belongs to a snapshot. */
import type { DocumentedSnapshot } from '@layerscope/core/snapshots';

export const DESIGNS = ['overlayfs', 'native', 'btrfs'] as const;
export type Design = (typeof DESIGNS)[number];

/** A directory that a snapshot needs, below the root. */
export interface NeededDirectory {
  readonly path: string;
  /** Permission bits it can be made again with when it is missing; absent when its content would be lost. */
  readonly remake?: number;
}

interface DesignRules {
  /** Directories below the root whose entries are named by ids. */
  readonly holders: readonly string[];
  /** The entry of a snapshot; `undefined` for one that has none of its own. */
  readonly entry: (snapshot: DocumentedSnapshot) => string | undefined;
  /** Nothing when the entry is all. */
  readonly inside: (snapshot: DocumentedSnapshot) => readonly NeededDirectory[];
}

export const DESIGN_RULES: { readonly [design in Design]: DesignRules } = {
  overlayfs: {
    holders: ['snapshots'],
    entry: ({ id }) => `snapshots/${id}`,
    inside: ({ id, kind }) => [
      // A view shows its parents; its own directory holds nothing.
      { path: `snapshots/${id}/fs`, ...(kind === 'View' ? { remake: 0o755 } : {}) },
      ...(kind === 'Active' ? [{ path: `snapshots/${id}/work`, remake: 0o711 }] : []),
    ],
  },
  native: {
    holders: ['snapshots'],
    entry: ({ id, kind, parent }) => (kind === 'View' && parent !== '' ? undefined : `snapshots/${id}`),
    inside: () => [],
  },
  btrfs: {
    holders: ['active', 'view', 'snapshots'],
    entry: ({ id, kind }) => `${{ Active: 'active', View: 'view', Committed: 'snapshots' }[kind]}/${id}`,
    inside: () => [],
  },
};
