// oxlint-disable no-control-regex -- control characters are what this is about
/** Nothing that a program prints can do more to the terminal than print. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSanitizer, plainText } from '../../../../playground/src/terminal/screen/sanitize.ts';

const clean = (...chunks: readonly string[]): string => {
  const sanitizer = createSanitizer();
  return chunks.map((chunk) => sanitizer.push(chunk)).join('');
};

describe('what a program prints', () => {
  it.each([
    ['plain\ttext\r\n', 'plain\ttext\r\n'],
    ['\x1b[31mred\x1b[0m', '\x1b[31mred\x1b[0m'],
    ['\x1b]8;;https://evil.example\x07click\x1b]8;;\x07', 'click'],
    ['\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\', 'click'],
    ['\x9d8;;https://evil.example\x9cclick', 'click'],
    ['\x1b]0;title\x07x', 'x'],
    ['\x1b]52;c;ZXZpbA==\x07x', 'x'],
    ['\x1bP+q544e\x1b\\x', 'x'],
    ['a\x1b[2J\x1b[H\x1b[?1049hb', 'ab'],
    ['\x1b[6n', ''],
    ['\x1bc', ''],
    ['a\x07b\x00c\x7f', 'abc'],
    ['\x9b31mred', '\x1b[31mred'],
    ['\x1b]8;;evil\x1b[31mred', ']8;;evil\x1b[31mred'],
  ])('%j', (printed, expected) => expect(clean(printed)).toBe(expected));

  it('is held back until a sequence is whole', () => {
    expect(clean('a\x1b]8;;ev', 'il\x07b\x1b', '[3', '1mc')).toBe('ab\x1b[31mc');
  });

  it('cannot make the terminal wait for ever', () => {
    expect(clean(`\x1b]${'x'.repeat(9000)}`, 'end')).toContain('end');
  });

  it('never lets anything but colours through, however it is cut', () => {
    const piece = fc.constantFrom(
      '\x1b',
      ']',
      '[',
      '8;;',
      'a',
      '\x07',
      '\\',
      '3',
      'm',
      '\x9d',
      '\x9b',
      'P',
      'H',
      '\b',
      '\n',
      '?',
      'é',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.nat(40), (pieces, at) => {
        const cut = [pieces.slice(0, at).join(''), pieces.slice(at).join('')];
        const left = clean(...cut).replaceAll(/\x1b\[[0-9;:]*m/g, '');
        expect(left).not.toMatch(/[\x00-\x07\x0b-\x0c\x0e-\x1f\x7f-\x9f]/);
      }),
      { numRuns: 2000, seed: 7 },
    );
  });

  it('is read aloud without colours', () => {
    expect(plainText('\x1b[1;31mred\x1b[0m a\bb')).toBe('red b');
  });
});
