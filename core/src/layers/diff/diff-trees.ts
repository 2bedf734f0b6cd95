/** Writes the difference of two trees as a layer tar: byte for byte what containerd 2.x writes. */
import type { Nanoseconds, Tree } from '../../fs/index.ts';
import type { Cancellation } from '../cancellation.ts';
import { LayerError } from '../layer-error.ts';
import { END_OF_ARCHIVE } from '../tar/writer.ts';
import { ChangeWriter } from './change-writer.ts';
import { type Change, changes } from './changes.ts';
import { gather } from './gather.ts';

export interface DiffOptions {
  /** SOURCE_DATE_EPOCH, in nanoseconds: later modification times become this one. */
  readonly latest?: Nanoseconds;
  readonly signal?: Cancellation;
  /** Each change, as it is written. */
  readonly onChange?: (change: Change) => void;
}

/**
 * The tar as chunks that must not be written to: large files are views of the tree's own content. Without `lower` it has
 * the whole of `upper`. Both trees must stay as they are until the last chunk is read.
 */
export async function* diffTrees(
  lower: Tree | undefined,
  upper: Tree,
  options: DiffOptions = {},
): AsyncGenerator<Uint8Array, void> {
  for (const chunk of gather(pieces(lower, upper, options))) {
    if (options.signal?.aborted === true) throw new LayerError('canceled', {});
    yield chunk;
  }
}

function* pieces(lower: Tree | undefined, upper: Tree, { latest, onChange }: DiffOptions): Generator<Uint8Array, void> {
  const writer = new ChangeWriter(upper, latest);
  for (const change of changes(lower, upper)) {
    onChange?.(change);
    yield* writer.write(change);
  }
  yield new Uint8Array(END_OF_ARCHIVE);
}
