/** Sizes are a matter of judgement: this prints what a reviewer should look at, and fails only on the extreme. */
import { posix } from 'node:path';
import { expect, it } from 'vitest';
import { programFiles } from './source-files.ts';

const LONG = 300;
const CROWDED = 10;
const ABSURD = 800;

it('prints long files and crowded folders', () => {
  const sizes = programFiles()
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
    .toSorted((a, b) => b.lines - a.lines);
  const folders = new Map<string, number>();
  for (const { path } of sizes) folders.set(posix.dirname(path), (folders.get(posix.dirname(path)) ?? 0) + 1);
  const report = [
    ...sizes.filter(({ lines }) => lines > LONG).map(({ path, lines }) => `  ${lines} lines: ${path}`),
    ...[...folders].filter(([, files]) => files > CROWDED).map(([folder, files]) => `  ${files} files: ${folder}`),
  ];
  const median = sizes[Math.floor(sizes.length / 2)]?.lines ?? 0;
  console.log([`${sizes.length} files, median ${median} lines`, ...report].join('\n'));
  expect(sizes.filter(({ lines }) => lines > ABSURD)).toEqual([]);
});
