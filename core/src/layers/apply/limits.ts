/** Bounds that keep a hostile layer from filling the machine. All are per layer. */
export interface LayerLimits {
  /** Bytes of the uncompressed tar. */
  readonly bytes: number;
  readonly entries: number;
  /** Uncompressed bytes per compressed byte, once `ratioFrom` bytes have come out. */
  readonly ratio: number;
  readonly ratioFrom: number;
}

/**
 * Generous: the largest layers in use (GPU images) have about 10 GiB and 300,000 entries, and gzip cannot expand by more
 * than 1032, which a file of zeros does reach. zstd can expand by far more, and only a bomb does.
 */
export const DEFAULT_LIMITS: LayerLimits = {
  bytes: 32 * 2 ** 30,
  entries: 4_000_000,
  ratio: 1100,
  ratioFrom: 64 * 2 ** 20,
};
