import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const SOURCE = fileURLToPath(new URL('../../../playground/src/', import.meta.url));

/** Newer browsers answer scrolling with a promise, and React takes what an effect answers for its clean-up: the page dies. */
it('no effect answers what scrolling answers', () => {
  const found = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.tsx'))
    .filter((name) => /useEffect\(\(\) => (?!void\b)[^{\n]*scroll/.test(readFileSync(SOURCE + name, 'utf8')));
  expect(found).toEqual([]);
});
