/** Whose a root is. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { exportSnapshots, type MetaReader, type MetaStore } from '@layerscope/core/snapshots';
import { DESIGNS, DESIGN_RULES, type Design } from './designs.ts';

/** The row that names the storage design of a root, beside the rows of its snapshots. */
const DESIGN_ROW = 'design';

/** A root that must not be worked on as it is asked for: somebody's files would be taken for orphans. */
export class RootError extends Error {
  readonly code = 'ROOT';
  readonly advice: string;

  constructor(message: string, advice: string) {
    super(message);
    this.name = 'RootError';
    this.advice = advice;
  }
}

/** The design that a root was first served with; `undefined` where it was never said. */
export const recordedDesign = (tx: MetaReader): Design | undefined =>
  DESIGNS.find((design) => design === tx.get(DESIGN_ROW));

/** Throws `RootError` when a root holds snapshots of another design: each keeps its directories in its own way. */
export const requireDesign = (root: string, design: Design, store: MetaStore): void => {
  const recorded = store.read(recordedDesign);
  if (recorded === undefined || recorded === design || store.read(exportSnapshots).snapshots.length === 0) return;
  throw new RootError(
    `${root} holds snapshots of ${recorded}, not of ${design}`,
    `Pass --snapshotter ${recorded}, or another --root: each design needs its own.`,
  );
};

/** Records whose a root is; refuses another design while there are snapshots of the first (`RootError`). */
export const claimRoot = async (root: string, design: Design, store: MetaStore): Promise<void> => {
  requireDesign(root, design, store);
  if (store.read(recordedDesign) !== design) await store.write((tx) => tx.put(DESIGN_ROW, design));
};

/**
 * Throws `RootError` for directories of snapshots whose metadata is gone: a server would begin anew, and remove them all
 * as orphans.
 */
export const requireMetadata = (root: string, metadata: string): void => {
  if (existsSync(metadata)) return;
  const holders = new Set(DESIGNS.flatMap((design) => DESIGN_RULES[design].holders));
  for (const holder of holders) {
    const path = join(root, holder);
    const count = existsSync(path) ? readdirSync(path).length : 0;
    if (count === 0) continue;
    throw new RootError(
      `${path} holds ${count} director${count === 1 ? 'y' : 'ies'} of snapshots, but ${metadata} is gone`,
      'Bring it back (`layerscope metadata import` reads what `metadata export` printed), or move the directories away.',
    );
  }
};
