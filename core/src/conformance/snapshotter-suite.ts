import { answerLaws } from './laws/answers.ts';
import { contentLaws } from './laws/content.ts';
import { CONTRACT_LAWS } from './laws/contract.ts';
import { NATIVE_LAWS } from './laws/native.ts';
import { OUR_LAWS } from './laws/ours.ts';
import { OVERLAYFS_LAWS } from './laws/overlayfs.ts';
import { REBASE_LAWS } from './laws/rebase.ts';
import { REFUSAL_LAWS } from './laws/refusals.ts';
import type { SnapshotterSubject } from './scene.ts';
import { createSuite } from './suite.ts';
import type { Suite } from './suite.ts';

/** What a snapshotter promises beyond the contract. */
export interface SnapshotterTraits {
  /** Commit honours a parent (containerd's capability `rebase`, 2.2+). */
  readonly rebase?: boolean;
  /** A directory of a parent can be renamed; overlayfs answers EXDEV unless it is mounted with redirects. */
  readonly renamesDirectories?: boolean;
  /** It lays its snapshots out as this design of containerd's does. btrfs has no laws of its own. */
  readonly design?: 'overlayfs' | 'native' | 'btrfs';
}

/**
 * The laws of the snapshotter contract, bound to an implementation: containerd's own cases, every call in every state
 * of the lifecycle machine, and what the contract says and nobody asked so far. `factory` makes a fresh snapshotter on
 * an empty root for each law; its `close` takes everything down.
 *
 * @example
 * const suite = snapshotterSuite('mine', async () => ({ snapshotter, kernel, scratch: '/scratch', close }));
 * console.log(formatReport(await runSuite(suite)));
 */
export const snapshotterSuite = (
  name: string,
  factory: () => Promise<SnapshotterSubject>,
  traits: SnapshotterTraits = {},
): Suite => {
  const { rebase = false, renamesDirectories = false, design } = traits;
  const laws = [
    ...CONTRACT_LAWS,
    ...contentLaws(renamesDirectories),
    ...OUR_LAWS,
    ...REFUSAL_LAWS,
    ...(rebase ? REBASE_LAWS : []),
    ...(design === 'overlayfs' ? OVERLAYFS_LAWS : []),
    ...(design === 'native' ? NATIVE_LAWS : []),
    ...answerLaws(rebase),
  ];
  return createSuite(name, laws, factory);
};
