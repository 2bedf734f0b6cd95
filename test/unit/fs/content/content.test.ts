import {
  bytesOf,
  type Content,
  contentOf,
  contentOfChunks,
  createMemoryFileSystem,
  O_RDWR,
  ROOT,
  steppingClock,
} from '@layerscope/core/fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const PAGE = 4096;
const SPAN = 5 * PAGE;

type Step =
  | { readonly kind: 'write' | 'punch' | 'reserve' | 'keep'; readonly at: number; readonly length: number }
  | { readonly kind: 'truncate'; readonly at: number }
  | { readonly kind: 'share' };

const at = fc.oneof(
  fc.nat(SPAN),
  fc.nat(5).map((page) => page * PAGE),
);
const length = fc.oneof(fc.integer({ min: 1, max: 2 * PAGE }), fc.constant(PAGE), fc.constant(1));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('write' as const), at, length }) },
  fc.record({ kind: fc.constantFrom('punch' as const, 'reserve' as const, 'keep' as const), at, length }),
  fc.record({ kind: fc.constant('truncate' as const), at }),
  fc.constant({ kind: 'share' as const }),
);

/** The same file as plainly as it can be told: an array of bytes and a set of allocated pages. */
class Model {
  bytes: number[] = [];
  readonly pages = new Set<number>();

  apply(change: Step, value: number): void {
    if (change.kind === 'share') return;
    if (change.kind === 'truncate') {
      const before = this.bytes.length;
      this.bytes.length = change.at;
      if (change.at > before) this.bytes.fill(0, before);
      else for (const page of this.pages) if (page * PAGE >= change.at) this.pages.delete(page);
      return;
    }
    const end = change.at + change.length;
    if (change.kind === 'punch') {
      for (let index = change.at; index < Math.min(end, this.bytes.length); index++) this.bytes[index] = 0;
      for (let page = Math.ceil(change.at / PAGE); (page + 1) * PAGE <= end; page++) this.pages.delete(page);
      return;
    }
    for (let page = Math.floor(change.at / PAGE); page * PAGE < end; page++) this.pages.add(page);
    if (change.kind === 'keep') return;
    for (let index = this.bytes.length; index < end; index++) this.bytes[index] = 0;
    if (change.kind === 'write') this.bytes.fill(value, change.at, end);
  }
}

describe('contents', () => {
  it('are what a plain array of bytes and a set of pages would be, and shared values never change', () => {
    fc.assert(
      fc.property(fc.nat(2 * PAGE), fc.array(step, { maxLength: 25 }), (start, steps) => {
        const fs = createMemoryFileSystem({ clock: steppingClock(0n) });
        const file = fs.create(fs.root, 'f', 0o644, ROOT);
        const model = new Model();
        model.apply({ kind: 'write', at: 0, length: start }, 200);
        const first = contentOf(new Uint8Array(start).fill(200));
        fs.setContent?.(file, first, ROOT);
        const open = fs.open(file, O_RDWR, ROOT);
        const shared: { readonly content: Content; readonly bytes: Uint8Array }[] = [];
        steps.forEach((change, index) => {
          const value = index + 1;
          if (change.kind === 'share') {
            const content = fs.content?.(file) ?? first;
            shared.push({ content, bytes: Uint8Array.from(model.bytes) });
          } else if (change.kind === 'truncate') fs.setattr(file, { size: change.at }, ROOT);
          else if (change.kind === 'write') open.write(new Uint8Array(change.length).fill(value), change.at);
          else open.allocate({ reserve: 0, keep: 1, punch: 3 }[change.kind], change.at, change.length);
          model.apply(change, value);
          const { size, blocks } = fs.getattr(file);
          expect([change, size, blocks]).toEqual([change, model.bytes.length, model.pages.size * 8]);
        });
        const bytes = new Uint8Array(model.bytes.length);
        expect(open.read(bytes, 0)).toBe(bytes.length);
        expect(Buffer.compare(bytes, Uint8Array.from(model.bytes))).toBe(0);
        expect(fs.statfs().blocks - fs.statfs().bfree).toBe(model.pages.size);
        for (const { content, bytes: known } of shared) expect(Buffer.compare(bytesOf(content), known)).toBe(0);
        open.close();
      }),
      { seed: 20, numRuns: 600 },
    );
  });

  it('read any stretch alike', () => {
    const file = Uint8Array.from({ length: 3 * PAGE + 17 }, (_, index) => index % 251);
    const chunks = [file.subarray(0, 100), file.subarray(100, 100), file.subarray(100, 9000), file.subarray(9000)];
    const content = contentOfChunks(chunks);
    expect([content.size, content.allocated]).toEqual([file.length, 4 * PAGE]);
    expect(bytesOf(content)).toEqual(file);
    fc.assert(
      fc.property(fc.nat(4 * PAGE), fc.nat(2 * PAGE), (position, wanted) => {
        const into = new Uint8Array(wanted).fill(255);
        const count = content.read(into, position);
        const right = file.subarray(position, position + wanted);
        expect(count).toBe(right.length);
        expect(Buffer.compare(into.subarray(0, count), right)).toBe(0);
        expect(into.subarray(count).every((byte) => byte === 255)).toBe(true);
      }),
      { seed: 21 },
    );
  });

  it('share the buffer they were given', () => {
    const blob = new Uint8Array(10 * PAGE).fill(7);
    const content = contentOf(blob.subarray(100, 100 + 2 * PAGE));
    expect([...content.extents()].map(({ bytes }) => bytes.buffer === blob.buffer)).toEqual([true]);
    const whole = contentOfChunks([blob.subarray(0, 3 * PAGE), blob.subarray(3 * PAGE)]);
    expect([...whole.extents()].every(({ bytes }) => bytes.buffer === blob.buffer)).toBe(true);
  });

  it('are one value when they are empty', () => {
    expect(contentOf(new Uint8Array())).toBe(contentOfChunks([new Uint8Array()]));
    expect([...contentOf(new Uint8Array()).extents()]).toEqual([]);
  });

  it('of another kind are taken over, off page boundaries by copying', () => {
    const aligned = new Uint8Array(100).fill(1);
    const foreign: Content = {
      size: 3 * PAGE,
      allocated: 2 * PAGE,
      read: () => 0,
      extents: () => [
        { offset: 0, bytes: aligned },
        { offset: PAGE + 10, bytes: new Uint8Array(5).fill(2) },
      ],
    };
    const fs = createMemoryFileSystem({ clock: steppingClock(0n) });
    const file = fs.create(fs.root, 'f', 0o644, ROOT);
    fs.setContent?.(file, foreign, ROOT);
    const open = fs.open(file, O_RDWR, ROOT);
    open.write(new Uint8Array([3]), 2 * PAGE);
    expect(fs.getattr(file)).toMatchObject({ size: 3 * PAGE, blocks: 24 });
    const parts = [...(fs.content?.(file) ?? foreign).extents()];
    expect(parts[0]?.bytes.buffer).toBe(aligned.buffer);
    const bytes = new Uint8Array(3 * PAGE);
    open.read(bytes, 0);
    expect([bytes[99], bytes[100], bytes[PAGE + 9], bytes[PAGE + 10], bytes[PAGE + 15], bytes[2 * PAGE]]).toEqual([
      1, 0, 0, 2, 0, 3,
    ]);
    open.close();
  });
});
