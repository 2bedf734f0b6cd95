import { describe, expect, it } from 'vitest';
import { ageText, binarySize, decimalSize, labelsText } from '../../../../core/src/ctr/print/units.ts';

const SECOND = 1_000_000_000n;

describe('sizes and ages', () => {
  it.each([
    [0, '0.0 B', '0B'],
    [646, '646.0 B', '646B'],
    [4096, '4.0 KiB', '4.096kB'],
    [67_413, '65.8 KiB', '67.41kB'],
    [1_997_000, '1.9 MiB', '1.997MB'],
  ])('%i bytes', (bytes, binary, decimal) => {
    expect([binarySize(bytes), decimalSize(bytes)]).toEqual([binary, decimal]);
  });

  it.each([
    [0n, 'Less than a second'],
    [1n, '1 second'],
    [59n, '59 seconds'],
    [61n, 'About a minute'],
    [180n, '3 minutes'],
    [3_600n, 'About an hour'],
    [7_200n, '2 hours'],
    [259_200n, '3 days'],
  ])('%i seconds', (seconds, text) => {
    expect(ageText(seconds * SECOND)).toBe(text);
  });

  it('sorts labels', () => {
    expect(labelsText({ b: '1', a: '2' })).toBe('a=2,b=1');
  });
});
