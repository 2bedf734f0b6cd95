import { chromium as playwright, type Browser } from 'playwright-core';
import { chromium } from '../requirements.ts';
import { bundleForBrowser } from './bundle.ts';

/** Never resolved: every request is answered here. https, so that the page is a secure context. */
const ORIGIN = 'https://layerscope.test';

export const startChromium = (): Promise<Browser> =>
  playwright.launch({
    executablePath: chromium() ?? 'chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });

/** Runs the default program of a module, `export const run`, in a page of its own and answers its JSON-able result. */
export const runInChromium = async (browser: Browser, program: string): Promise<unknown> => {
  const code = await bundleForBrowser(program);
  const page = await browser.newPage();
  try {
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.stack ?? error.message));
    await page.route('**/*', (route) =>
      route.request().url().endsWith('/program.js')
        ? route.fulfill({ contentType: 'text/javascript', body: code })
        : route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>layerscope</title>' }),
    );
    await page.goto(ORIGIN);
    // In text, because the bundler that runs this test would otherwise rewrite the import.
    const result = await page.evaluate(`import('${ORIGIN}/program.js').then((program) => program.run())`);
    if (errors.length > 0) throw new Error(errors.join('\n'));
    return result;
  } finally {
    await page.close();
  }
};
