/** A visit to the page, as a person makes it; whatever goes wrong on the way is written down. */
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { startChromium } from '../chromium.ts';
import { servePage, type ServedPage } from './served-page.ts';

const ARTIFACTS = fileURLToPath(new URL('../../artifacts/page', import.meta.url));

export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Runs a command in the container by the chip that offers it, and waits until it is told. */
  try(script: string): Promise<void>;
  /** Keeps a picture in test/artifacts/page. */
  picture(name: string): Promise<void>;
  /** Fails when the page logged an error or asked another server for anything; then leaves. */
  leave(): Promise<void>;
}

export interface VisitOptions {
  readonly query?: string;
  readonly hash?: string;
  readonly width?: number;
  readonly height?: number;
  /** With the tour of a first visit. */
  readonly tour?: boolean;
}

const SETTINGS = JSON.stringify({ toured: true });

/** Chromium and the page for the tests around it, from the first to the last; answers how to visit. */
export const openForVisits = (): ((options?: VisitOptions) => Promise<Visit>) => {
  let browser: Browser;
  let served: ServedPage;
  beforeAll(async () => {
    [browser, served] = await Promise.all([startChromium(), servePage()]);
  });
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });
  return (options = {}) => visit(browser, served.url, options);
};

const visit = async (browser: Browser, url: string, options: VisitOptions): Promise<Visit> => {
  const { query = '', hash = '', width = 1440, height = 900, tour = false } = options;
  const context = await browser.newContext({ viewport: { width, height }, acceptDownloads: true });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  if (!tour)
    await context.addInitScript(
      `if (self.origin !== 'null') localStorage.setItem('layerscope.settings', '${SETTINGS}')`,
    );
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(error.stack ?? error.message));
  page.on('request', (request) => {
    const target = request.url();
    if (!target.startsWith(url) && !/^(?:data|blob):/.test(target)) problems.push(`asked for ${target}`);
  });
  await page.goto(`${url}?${query}${hash}`);
  await page.locator('.snapshot').first().waitFor({ state: 'attached' });
  return {
    page,
    context,
    try: async (script) => {
      await page.locator('.chip').filter({ hasText: script }).click();
      await page.locator('.happened-command').filter({ hasText: script }).waitFor();
    },
    picture: async (name) => {
      mkdirSync(ARTIFACTS, { recursive: true });
      await page.screenshot({ path: `${ARTIFACTS}/${name}.png` });
    },
    leave: async () => {
      await context.close();
      expect(problems).toEqual([]);
    },
  };
};
