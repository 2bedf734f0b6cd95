/** The lifecycle machine as values: what its own definition says, for whoever draws it. */
import type { EntityState } from '@layerscope/core/snapshots';

export interface Refusal {
  /** The guard that must hold for it; absent when the state refuses the call always. */
  readonly guard?: string;
  /** A row of core's message table. */
  readonly reason: string;
  /** containerd's error class. */
  readonly code: string;
  /** containerd's text, its values in braces. */
  readonly text: string;
  readonly advice: string;
}

export interface Transition {
  readonly event: string;
  readonly from: EntityState;
  /** The state after it; absent when the call is refused. */
  readonly to?: EntityState;
  readonly description: string;
  readonly refusal?: Refusal;
}

export interface MachineChart {
  readonly states: readonly { readonly name: EntityState; readonly description: string }[];
  /** In the machine's order: of one event, the guards come first. */
  readonly transitions: readonly Transition[];
}
