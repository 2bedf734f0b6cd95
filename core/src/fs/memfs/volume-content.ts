/** The bytes of a memfs node, changed where they are: one buffer, no holes. */
import { type Content, type Extent } from '../content.ts';
import type { EditableContent } from '../content/editable-content.ts';
import { pageEnd } from '../content/extent.ts';
import type { VolumeNode } from './volume.ts';

export class VolumeContent implements EditableContent {
  readonly #node: VolumeNode;

  constructor(node: VolumeNode) {
    this.#node = node;
  }

  get size(): number {
    return this.#node.getSize();
  }

  get allocated(): number {
    return pageEnd(this.#node.getSize());
  }

  read(into: Uint8Array, position: number): number {
    const end = Math.min(this.size, position + into.length);
    if (end <= position) return 0;
    into.set(this.#node.buf.subarray(position, end));
    return end - position;
  }

  *extents(): Generator<Extent> {
    if (this.size > 0) yield { offset: 0, bytes: this.copy() };
  }

  copy(): Uint8Array {
    return Uint8Array.from(this.#node.buf.subarray(0, this.size));
  }

  seek(offset: number, whence: 'data' | 'hole'): number | undefined {
    if (offset >= this.size) return undefined;
    return whence === 'data' ? offset : this.size;
  }

  missing(_position: number, end: number): number {
    return Math.max(0, pageEnd(end) - this.allocated);
  }

  write(from: Uint8Array, position: number): void {
    const end = position + from.length;
    if (end > this.size) this.#node.truncate(end);
    this.#node.buf.set(from, position);
    this.#node.touch();
  }

  truncate(size: number): void {
    this.#node.truncate(size);
  }

  punch(position: number, end: number): void {
    this.#node.buf.fill(0, Math.min(position, this.size), Math.min(end, this.size));
    this.#node.touch();
  }

  /** Every byte is stored as it is; reserving beyond the end has nowhere to stand. */
  reserve(_position: number, end: number, keepSize: boolean): void {
    if (!keepSize && end > this.size) this.#node.truncate(end);
  }

  replace(content: Content): void {
    const parts = [...content.extents()];
    this.#node.truncate(0);
    this.#node.truncate(content.size);
    for (const { offset, bytes } of parts) this.#node.buf.set(bytes, offset);
    this.#node.touch();
  }
}
