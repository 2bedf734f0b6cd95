import { describe, expect, it } from 'vitest';
import { TABS, WIDE, table } from '../../../../core/src/ctr/print/table.ts';

describe('a table', () => {
  it('is as wide as its widest cells, and fills up what a tab ends', () => {
    expect(
      table([
        ['KEY', 'PARENT', 'KIND', ''],
        ['a', '', 'Active', ''],
      ]),
    ).toBe('KEY PARENT KIND   \na          Active \n');
  });

  it('of containers has four blanks between', () => {
    expect(table([['CONTAINER', 'IMAGE', '']], WIDE)).toBe('CONTAINER    IMAGE    \n');
  });

  it('of content is filled up with tabs', () => {
    expect(
      table(
        [
          ['DIGEST', 'SIZE'],
          ['sha256:abc', '1B'],
        ],
        TABS,
      ),
    ).toBe('DIGEST\t\tSIZE\nsha256:abc\t1B\n');
  });
});
