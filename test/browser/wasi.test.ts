/** WASI programs in Chromium: in workers where the page is isolated, suspended in the page itself where it is not. */
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programBytes } from '../programs.ts';
import { requires } from '../requirements.ts';
import { EXPECTED } from '../wasi/workers/scenes.ts';
import { bundleForBrowser } from './bundle.ts';
import { startChromium } from './chromium.ts';

const ORIGIN = 'https://layerscope.test';
const source = (name: string): string => fileURLToPath(new URL(`../wasi/workers/${name}`, import.meta.url));

const script = async (name: string): Promise<{ contentType: string; body: string }> => ({
  contentType: 'text/javascript',
  body: await bundleForBrowser(source(name)),
});

describe.skipIf(!requires('chromium'))('in Chromium', () => {
  let browser: Browser;
  const files = new Map<string, { readonly contentType: string; readonly body: string | Buffer }>();
  beforeAll(async () => {
    files.set('/page.js', await script('page.ts'));
    files.set('/worker.js', await script('browser-worker.ts'));
    files.set('/kv.wasm', { contentType: 'application/wasm', body: Buffer.from(await programBytes('kv')) });
    browser = await startChromium();
  });
  afterAll(() => browser?.close());

  const open = async (headers: Readonly<Record<string, string>>): Promise<Page> => {
    const page = await browser.newPage();
    await page.route('**/*', (route) => {
      const file = files.get(new URL(route.request().url()).pathname);
      return route.fulfill({
        headers,
        ...(file ?? { contentType: 'text/html', body: '<!doctype html><title>wasi</title>' }),
      });
    });
    await page.goto(ORIGIN);
    return page;
  };

  it('a program in a worker of its own waits for input, and is ended at once', async () => {
    const page = await open({
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    });
    expect(await page.evaluate('crossOriginIsolated')).toBe(true);
    expect(await page.evaluate(`import('${ORIGIN}/page.js').then((page) => page.scenes())`)).toEqual(EXPECTED);
    await page.close();
  });

  it('a program in a page that is not isolated is suspended while it waits', async () => {
    const page = await open({});
    expect(await page.evaluate('crossOriginIsolated')).toBe(false);
    expect(await page.evaluate(`import('${ORIGIN}/page.js').then((page) => page.suspended())`)).toBe('4 line\n');
    expect(await page.evaluate(`import('${ORIGIN}/page.js').then((page) => page.piped())`)).toBe(
      '0 again\nagain\nlate\nagain\n',
    );
    await page.close();
  });
});
