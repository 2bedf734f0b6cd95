import { repair } from './repair.ts';
import type { Finding, Repaired } from './finding.ts';
import { type Ground, survey } from './survey.ts';

export interface Recovery {
  /** What was wrong and was to be repaired, with the failures among it. */
  readonly repaired: readonly Repaired[];
  /** What is wrong and stays so: for the log, and for `layerscope doctor`. */
  readonly left: readonly Finding[];
}

/**
 * Puts a root in order after whatever ended the last process, before a snapshotter works on it. Half-made and orphaned
 * directories go, removals that were never recorded are undone, temporary mounts are unmounted. What is mounted for a
 * container stays as it is, and nothing that could hold somebody's data is removed. Never throws: a root that cannot
 * even be looked at is one more thing left.
 *
 * @example
 * const store = await openMetaStore(`${root}/metadata.mdb`);
 * const { repaired, left } = await recoverRoot({ root, design: 'overlayfs', kernel, store });
 */
export const recoverRoot = async (ground: Ground): Promise<Recovery> => {
  try {
    const { findings } = await survey(ground);
    return {
      repaired: await repair(ground, findings),
      left: findings.filter((finding) => finding.repair === undefined),
    };
  } catch (error) {
    const text = `the root cannot be looked through: ${error instanceof Error ? error.message : String(error)}`;
    return { repaired: [], left: [{ kind: 'unsound-records', path: ground.root, text }] };
  }
};
