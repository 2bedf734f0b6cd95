/** What a first visit loads before anything is seen, and what the kernel weighs. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildPage, DIST } from './served-page.ts';

const packed = (file: string): number => gzipSync(readFileSync(file), { level: 9 }).length;

/** A script and what it imports before it runs. */
const withImports = (name: string, found: Set<string> = new Set()): ReadonlySet<string> => {
  if (found.has(name)) return found;
  found.add(name);
  const text = readFileSync(join(DIST, 'assets', name), 'utf8');
  for (const [, imported = ''] of text.matchAll(/(?:^|[;\n}])import(?:[^"'()]*from)?["']\.\/([^"']+)["']/g))
    withImports(imported, found);
  return found;
};

const FIRST_PAINT = 170 * 1024;
const KERNEL = 230 * 1024;

describe('the built page', () => {
  beforeAll(buildPage);

  it('loads no more than 170 KB of script before it is drawn, in either language', () => {
    const html = readFileSync(join(DIST, 'index.html'), 'utf8');
    const names = [...html.matchAll(/assets\/([^"]+\.js)"/g)].flatMap(([, name = '']) => [...withImports(name)]);
    for (const locale of ['en', 'zh-CN']) {
      const late = readdirSync(join(DIST, 'assets')).filter((name) =>
        new RegExp(`^(?:${locale}|terminal)-[\\w-]{8}\\.js$`).test(name),
      );
      expect(late).toHaveLength(2);
      const size = [...new Set([...names, ...late])].reduce((sum, name) => sum + packed(join(DIST, 'assets', name)), 0);
      console.log(`first paint, ${locale}: ${(size / 1024).toFixed(1)} KB of script, packed`);
      expect(size).toBeLessThanOrEqual(FIRST_PAINT);
    }
  });

  it('has a kernel that is there quickly', () => {
    const kernel = readdirSync(join(DIST, 'assets')).filter((name) => /^kernel\.worker-.*\.js$/.test(name));
    expect(kernel).toHaveLength(1);
    const size = packed(join(DIST, 'assets', kernel[0] ?? ''));
    console.log(`kernel: ${(size / 1024).toFixed(1)} KB, packed`);
    expect(size).toBeLessThanOrEqual(KERNEL);
  });

  it('works from any path: nothing in it begins at the root of a server', () => {
    const html = readFileSync(join(DIST, 'index.html'), 'utf8');
    expect(html).not.toMatch(/(?:src|href)="\//);
    expect(html).toContain('Content-Security-Policy');
    expect(html).not.toMatch(/<script(?![^>]*src=)/);
    expect(/script-src ([^;]*)/.exec(html)?.[1]).not.toContain("'unsafe-inline'");
  });
});
