/** The service `containerd.services.diff.v1.Diff` over a `Differ`. */
import { Metadata } from '@grpc/grpc-js';
import type { Descriptor } from '@layerscope/core/images';
import { ContainerdError } from '@layerscope/core/snapshots';
import type { ContentStore } from '../diff/content-client.ts';
import type { Differ } from '../diff/differ.ts';
import type { DiffServer } from '../generated/containerd/services/diff/v1/diff.ts';
import type { Descriptor as WireDescriptor } from '../generated/containerd/types/descriptor.ts';
import { unary, type CallObserver } from './call.ts';
import { fromTimestamp, fromWireMounts } from './wire.ts';

/** What a differ works with. */
export interface DiffGround {
  readonly differ: Differ;
  readonly content: ContentStore;
}

const toWireDescriptor = ({ mediaType, digest, size }: Descriptor): WireDescriptor => ({
  mediaType,
  digest,
  size,
  annotations: {},
});

/** In whose name the content store is asked: the caller's namespace, and the lease that keeps a new blob. */
const passedOn = (from: Metadata): Metadata => {
  const metadata = new Metadata();
  for (const name of ['containerd-namespace', 'containerd-lease']) {
    for (const value of from.get(name)) metadata.add(name, value);
  }
  if (metadata.get('containerd-namespace').length > 0) return metadata;
  throw new ContainerdError('FailedPrecondition', 'namespace is required: failed precondition');
};

export const diffService = ({ differ, content }: DiffGround, observer: CallObserver): DiffServer => ({
  apply: unary(
    observer,
    'Apply',
    ({ diff }) => ({ digest: diff?.digest ?? '' }),
    async ({ diff, mounts, syncFs }, { metadata, signal }) => {
      if (diff === undefined) throw new ContainerdError('InvalidArgument', 'diff argument missing: invalid argument');
      const client = content.as(passedOn(metadata));
      return {
        applied: toWireDescriptor(await differ.apply(client, diff, fromWireMounts(mounts), { syncFs, signal })),
      };
    },
  ),

  diff: unary(
    observer,
    'Diff',
    ({ ref, mediaType }) => ({ ref, mediaType }),
    async ({ left, right, mediaType, ref, labels, sourceDateEpoch }, { metadata, signal }) => {
      const request = {
        left: fromWireMounts(left),
        right: fromWireMounts(right),
        mediaType,
        ref,
        labels,
        ...(sourceDateEpoch === undefined ? {} : { latest: fromTimestamp(sourceDateEpoch) }),
      };
      return { diff: toWireDescriptor(await differ.diff(content.as(passedOn(metadata)), request, signal)) };
    },
  ),
});
