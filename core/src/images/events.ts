/** What importing and unpacking tell while they run. Core never prints: a progress bar, a page and tests listen. */
import type { Digest } from './oci/descriptor.ts';

export type ImageEvent =
  /** A blob of an archive is in the content store now. `existed`: it was there before. */
  | {
      readonly type: 'blob-stored';
      readonly entry: string;
      readonly digest: Digest;
      readonly size: number;
      readonly existed: boolean;
    }
  /** A layer's chain ID is committed already: nothing is read. */
  | { readonly type: 'layer-exists'; readonly index: number; readonly total: number; readonly chainId: Digest }
  /** A layer is being extracted under `key`. `size` is that of the (compressed) blob. */
  | {
      readonly type: 'layer-started';
      readonly index: number;
      readonly total: number;
      readonly digest: Digest;
      readonly size: number;
      readonly key: string;
    }
  /** How much of the layer's blob was read so far. */
  | {
      readonly type: 'layer-progress';
      readonly index: number;
      readonly total: number;
      readonly read: number;
      readonly size: number;
    }
  /** A layer is committed under its chain ID. */
  | {
      readonly type: 'layer-committed';
      readonly index: number;
      readonly total: number;
      readonly chainId: Digest;
      readonly diffId: Digest;
    };

/** Gets every event as it happens; must not throw. */
export type ImageListener = (event: ImageEvent) => void;
