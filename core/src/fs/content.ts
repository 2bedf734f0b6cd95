/**
 * The bytes of a file as an immutable value.
 *
 *   blob  ┌──────────────────────────────────────────────┐   one Uint8Array: an imported layer
 *         └──────▲───────▲───────────────────────────────┘
 *   layer file   └─ Content ─┘ ◀── shared by copy-up: the upper file holds the same value
 *                                  and splits it, page by page, at the first write
 *
 * Whoever writes builds a new value that shares every untouched page with the old one: a copy-up of 100 MiB costs
 * the page table, a one-byte write costs one page. `===` on two contents means "same bytes" without reading them.
 */
export interface Content {
  /** Bytes, holes included. */
  readonly size: number;
  /** Bytes that are stored, holes excluded, in whole 4 KiB pages; `st_blocks` is this / 512. */
  readonly allocated: number;
  /** Copies into `into` from `position`; answers the bytes copied (short only at the end). */
  read(into: Uint8Array, position: number): number;
  /** The stored stretches in order; what lies between them is a hole. The chunks must not be written to. */
  extents(): Iterable<Extent>;
}

/** A stored stretch of a file: `bytes` at `offset`. One that begins on a 4 KiB boundary can be shared, others are copied. */
export interface Extent {
  readonly offset: number;
  readonly bytes: Uint8Array;
}
