/** The values of the snapshot contract as the wire carries them, both ways. */
import type { Nanoseconds } from '@layerscope/core/fs';
import type { Mount } from '@layerscope/core/kernel';
import type { Info, Kind } from '@layerscope/core/snapshots';
import { Kind as WireKind, type Info as WireInfo } from '../generated/containerd/services/snapshots/v1/snapshots.ts';
import type { Mount as WireMount } from '../generated/containerd/types/mount.ts';
import type { Timestamp } from '../generated/google/protobuf/timestamp.ts';

const SECOND = 1_000_000_000n;

const KINDS = { View: WireKind.VIEW, Active: WireKind.ACTIVE, Committed: WireKind.COMMITTED } as const;

/** containerd reads every kind that is neither ACTIVE nor VIEW as committed. */
const kindOf = (kind: WireKind): Kind =>
  kind === WireKind.ACTIVE ? 'Active' : kind === WireKind.VIEW ? 'View' : 'Committed';

/** Seconds are rounded down, so that `nanos` counts forward also before 1970. */
const toTimestamp = (time: Nanoseconds): Timestamp => {
  const seconds = Number(time / SECOND);
  const nanos = Number(time % SECOND);
  return nanos < 0 ? { seconds: seconds - 1, nanos: nanos + 1e9 } : { seconds, nanos };
};

export const fromTimestamp = (time: Timestamp | undefined): Nanoseconds =>
  time === undefined ? 0n : BigInt(time.seconds) * SECOND + BigInt(time.nanos);

export const toWireInfo = ({ name, parent, kind, created, updated, labels }: Info): WireInfo => ({
  name,
  parent,
  kind: KINDS[kind],
  createdAt: toTimestamp(created),
  updatedAt: toTimestamp(updated),
  labels,
});

/** An absent `info`, which no server of the contract answers, reads as an empty one. */
export const fromWireInfo = (info: WireInfo | undefined): Info => ({
  name: info?.name ?? '',
  parent: info?.parent ?? '',
  kind: kindOf(info?.kind ?? WireKind.UNKNOWN),
  created: fromTimestamp(info?.createdAt),
  updated: fromTimestamp(info?.updatedAt),
  labels: info?.labels ?? {},
});

export const toWireMounts = (mounts: readonly Mount[]): readonly WireMount[] =>
  mounts.map(({ type, source, target = '', options }) => ({ type, source, target, options }));

export const fromWireMounts = (mounts: readonly WireMount[]): readonly Mount[] =>
  mounts.map(({ type, source, target, options }) => ({
    type,
    source,
    ...(target === '' ? {} : { target }),
    options,
  }));
