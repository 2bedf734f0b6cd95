import { compareNames, decodeName, encodeName, isLongerThan, nameLength } from '@layerscope/core/fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 12 }),
  fc
    .array(
      fc.constantFrom(0x41, 0x80, 0xbf, 0xc0, 0xc3, 0xa9, 0xe0, 0xa0, 0xed, 0x9f, 0xf0, 0x90, 0xf4, 0x8f, 0xf5, 0xff),
      { maxLength: 8 },
    )
    .map((list) => Uint8Array.from(list)),
);

describe('names', () => {
  it('stand for every byte string, each in one way', () => {
    fc.assert(
      fc.property(bytes, (given) => {
        const name = decodeName(given);
        expect(encodeName(name)).toEqual(given);
        expect(nameLength(name)).toBe(given.length);
      }),
      { seed: 22, numRuns: 3000 },
    );
  });

  it('are their text when they are UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(decodeName(new TextEncoder().encode(text))).toBe(text);
        expect(encodeName(text)).toEqual(new TextEncoder().encode(text));
      }),
      { seed: 23 },
    );
  });

  it('escape only the bytes that are not', () => {
    expect(decodeName(Uint8Array.of(0x61, 0xff, 0xc3, 0xa9, 0xc3))).toBe('a\udcffé\udcc3');
    expect(decodeName(Uint8Array.of(0xed, 0xa0, 0x80))).toBe('\udced\udca0\udc80');
    expect(decodeName(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('\ufeffa');
    expect(decodeName(Uint8Array.of(0xc0, 0xaf))).toBe('\udcc0\udcaf');
  });

  it('sort by bytes', () => {
    fc.assert(
      fc.property(bytes, bytes, (left, right) => {
        expect(Math.sign(compareNames(decodeName(left), decodeName(right)))).toBe(Buffer.compare(left, right));
      }),
      { seed: 24, numRuns: 3000 },
    );
    expect(compareNames('\u{10000}', '\uffff')).toBeGreaterThan(0);
  });

  it('are measured in bytes', () => {
    expect([isLongerThan('x'.repeat(255), 255), isLongerThan('x'.repeat(256), 255)]).toEqual([false, true]);
    expect([isLongerThan('漢'.repeat(85), 255), isLongerThan('漢'.repeat(86), 255)]).toEqual([false, true]);
    expect(isLongerThan('\udcff'.repeat(255), 255)).toBe(false);
  });
});
