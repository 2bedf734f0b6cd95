/**
 * Applies layers of containerd's content store to mounts, and makes layers of what differs between mounts, as
 * containerd's walking differ does.
 *
 *   Apply   content store ──▶ decompress ▸ digest ▸ apply ──▶ upper directory, or the mounts in a temporary directory
 *   Diff    mounts, mounts ──▶ compare ▸ digest ▸ compress ──▶ content store
 */
import { createHash } from 'node:crypto';
import {
  OCI_LAYER,
  OCI_LAYER_GZIP,
  isLayerType,
  readOnlyMount,
  uniquePart,
  withApplyTarget,
  withMounted,
  type Descriptor,
} from '@layerscope/core/images';
import type { Nanoseconds } from '@layerscope/core/fs';
import type { Kernel, Mount } from '@layerscope/core/kernel';
import { applyBlob, diffTrees, type Cancellation, type LayerCodecs } from '@layerscope/core/layers';
import { ContainerdError, type Labels } from '@layerscope/core/snapshots';
import type { ContentClient } from './content-client.ts';

export interface DifferOptions {
  readonly kernel: Kernel;
  readonly codecs: LayerCodecs;
  /** Where mounts are mounted while they are read or written. */
  readonly temporaryMounts: string;
  /** Waits until the file system that holds `path` has everything on its disk. Nothing to wait for when absent. */
  readonly syncFileSystem?: (path: string) => void;
}

export interface DiffRequest {
  readonly left: readonly Mount[];
  readonly right: readonly Mount[];
  /** `''` = gzip. */
  readonly mediaType: string;
  /** `''` = a name of the differ's choice. */
  readonly ref: string;
  readonly labels: Labels;
  /** No file is younger. */
  readonly latest?: Nanoseconds;
}

export interface Differ {
  /** Answers the uncompressed layer: media type, diff ID, bytes. */
  apply(
    content: ContentClient,
    layer: Pick<Descriptor, 'mediaType' | 'digest'>,
    mounts: readonly Mount[],
    options: { readonly syncFs: boolean; readonly signal: Cancellation },
  ): Promise<Descriptor>;
  /** Answers the layer that it put into the content store. */
  diff(content: ContentClient, request: DiffRequest, signal: Cancellation): Promise<Descriptor>;
}

const COMPRESSED: ReadonlyMap<string, boolean> = new Map([
  ['', true],
  [OCI_LAYER_GZIP, true],
  [OCI_LAYER, false],
]);

/** Where the bytes of an applied layer are: the directory that stays when a temporary mount is gone. */
const written = (mounts: readonly Mount[]): readonly string[] =>
  mounts.flatMap(({ type, source, options }) => {
    if (type === 'bind') return [source];
    return options.filter((option) => option.startsWith('upperdir=')).map((option) => option.slice('upperdir='.length));
  });

export const createDiffer = ({ kernel, codecs, temporaryMounts, syncFileSystem }: DifferOptions): Differ => ({
  apply: async (content, { mediaType, digest }, mounts, { syncFs, signal }) => {
    // containerd asks the next differ when it hears this.
    if (!isLayerType(mediaType)) {
      throw new ContainerdError('NotImplemented', `no applier for media type ${mediaType}: not implemented`);
    }
    const applied = await withApplyTarget(
      kernel,
      mounts,
      ({ tree, whiteouts, parents }) =>
        applyBlob(content.read(digest), tree, { layer: digest, whiteouts, parents, codecs, signal }),
      temporaryMounts,
    );
    if (syncFs) for (const path of written(mounts)) syncFileSystem?.(path);
    return { mediaType: OCI_LAYER, digest: applied.diffId, size: applied.uncompressedSize };
  },

  diff: async (content, { left, right, mediaType, ref, labels, latest }, signal) => {
    const compressed = COMPRESSED.get(mediaType);
    if (compressed === undefined) {
      throw new ContainerdError('NotImplemented', `unsupported diff media type: ${mediaType}: not implemented`);
    }
    const hash = createHash('sha256');
    let diffId: string | undefined;
    const labelled = (): Labels => {
      diffId ??= `sha256:${hash.digest('hex')}`;
      return { ...labels, 'containerd.io/uncompressed': diffId };
    };
    async function* hashed(tar: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
      for await (const chunk of tar) {
        hash.update(chunk);
        yield chunk;
      }
    }
    const ingest = ref === '' ? `layerscope-diff-${uniquePart(kernel.clock, kernel.random)}` : ref;
    const mounted = <T>(mounts: readonly Mount[], body: Parameters<typeof withMounted<T>>[2]): Promise<T> =>
      withMounted(kernel, mounts, body, temporaryMounts);
    const blob = await mounted(left, (before) =>
      mounted(right.map(readOnlyMount), (after) => {
        const tar = hashed(diffTrees(before, after, { signal, ...(latest === undefined ? {} : { latest }) }));
        return content.write(ingest, labelled, compressed ? codecs.gzip(tar) : tar);
      }),
    );
    return { mediaType: compressed ? OCI_LAYER_GZIP : OCI_LAYER, ...blob };
  },
});
