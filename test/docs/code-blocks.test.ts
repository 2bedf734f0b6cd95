import { describe, expect, it } from 'vitest';
import { codeBlocks, exchanges, matchesShown } from './code-blocks.ts';

describe('code blocks of Markdown', () => {
  it('are found with their language and line', () => {
    expect(codeBlocks('text\n```sh\na\nb\n```\n\n```\nplain\n```\n')).toEqual([
      { line: 2, language: 'sh', text: 'a\nb\n' },
      { line: 7, language: '', text: 'plain\n' },
    ]);
    expect(() => codeBlocks('```ts\nopen')).toThrow('line 1');
  });

  it('of a console are commands and what they print', () => {
    expect(exchanges('$ one\nout\n$ two\n')).toEqual([
      { command: 'one', output: ['out'] },
      { command: 'two', output: [] },
    ]);
    expect(() => exchanges('out')).toThrow('begins with');
  });

  it('are compared line by line, … standing for any lines', () => {
    expect(matchesShown(['a', 'b', 'c'], ['a', '…', 'c'])).toBe(true);
    expect(matchesShown(['a', 'b'], ['a', '…'])).toBe(true);
    expect(matchesShown(['a'], ['a', '…'])).toBe(true);
    expect(matchesShown(['a', 'b'], ['a'])).toBe(false);
    expect(matchesShown(['a'], ['b'])).toBe(false);
  });
});
