import type { Nanoseconds } from '../fs/index.ts';
import type { ImageEvent } from '../images/index.ts';
import type { KernelEvent } from '../kernel/index.ts';
import type { CollectionStep } from './gc/index.ts';
import type { EventFields } from './metadata/index.ts';
import type { ObservedCall } from './observed-snapshotter.ts';

/** A client's call of the `Snapshotter` contract, with the keys of its namespace. */
export interface SnapshotCall extends ObservedCall {
  readonly type: 'snapshot-call';
  readonly snapshotter: string;
}

/** What containerd's metadata layer asked the snapshotter itself, with keys like `default/4/sha256:…`. */
export interface BackendCall extends ObservedCall {
  readonly type: 'backend-call';
  readonly snapshotter: string;
}

/** What containerd publishes: `topic` as `/snapshot/prepare`, the fields named as in its protobuf messages. */
export interface ContainerdEvent {
  readonly type: 'containerd';
  readonly timestamp: Nanoseconds;
  readonly namespace: string;
  readonly topic: string;
  readonly event: EventFields;
}

/** Everything a sandbox does that can be watched. Core never prints: the page, the CLI and the tests listen. */
export type SandboxEvent =
  | SnapshotCall
  | BackendCall
  | ContainerdEvent
  | { readonly type: 'collection'; readonly step: CollectionStep }
  | { readonly type: 'image'; readonly event: ImageEvent }
  | { readonly type: 'kernel'; readonly event: KernelEvent };

/** Hears every event as it happens; must not throw. */
export type SandboxListener = (event: SandboxEvent) => void;
