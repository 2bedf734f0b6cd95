/**
 * How long a visitor waits: for a shell that takes a command, for its first answer, and for the first type error, beside
 * a page that is Monaco and nothing else. Printed, not held: the goal is a person's, and the machine may be busy.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { build, preview } from 'vite';

const ROUNDS = 3;
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const PLAYGROUND = fileURLToPath(new URL('../../../playground', import.meta.url));
const EMPTY = fileURLToPath(new URL('empty-monaco', import.meta.url));

const median = (values) => values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)];

/** A draft with one error, as the editor keeps it between visits. */
const DRAFT = JSON.stringify({ example: 'blank', text: "const wrong: number = 'text';\n" });
const SETTINGS = JSON.stringify({ toured: true, locale: 'en' });

/** Milliseconds from the address to `ready`, in a browser profile that has seen nothing yet. */
const timed = async (browser, url, ready) => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  await context.addInitScript(
    `if (self.origin !== 'null') { localStorage.setItem('layerscope.settings', '${SETTINGS}'); localStorage.setItem('layerscope.draft', ${JSON.stringify(DRAFT)}); }`,
  );
  const page = await context.newPage();
  try {
    const begin = performance.now();
    await page.goto(url, { waitUntil: 'commit' });
    return await ready(page, () => performance.now() - begin);
  } finally {
    await context.close();
  }
};

const shell = async (page, since) => {
  await page.locator('.terminal select:has(option[value="web"]:checked)').waitFor({ state: 'attached' });
  return since();
};

const firstAnswer = async (page, since) => {
  await shell(page, since);
  const begin = since();
  await page.locator('.chip').first().click();
  await page.locator('.transcript-run').nth(2).waitFor({ state: 'attached' });
  return since() - begin;
};

const typeError = async (page, since) => {
  await page.getByRole('tab', { name: 'Your snapshotter' }).click();
  await page.locator('.editor-errors', { hasText: /^1 / }).waitFor({ timeout: 120_000 });
  return since();
};

/** How long a visitor reads before the editor is opened. */
const READING = 8_000;

const laterTypeError = async (page, since) => {
  await shell(page, since);
  await page.waitForTimeout(READING);
  const begin = since();
  await typeError(page, since);
  return since() - begin;
};

const emptyError = async (page, since) => {
  await page.waitForFunction("document.title === 'error'", undefined, { polling: 10, timeout: 120_000 });
  return since();
};

const served = async (root, outDir, configFile) => {
  const server = await preview({ root, configFile, logLevel: 'error', build: { outDir }, preview: { port: 0 } });
  return { url: server.resolvedUrls.local[0], close: () => server.close() };
};

export const suite = {
  name: 'playground',
  missing: () => {
    if (CHROMIUM === undefined) return 'Chromium is not installed';
    return existsSync(join(PLAYGROUND, 'dist/index.html')) ? undefined : 'the page is not built (npm run build)';
  },
  run: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'layerscope-empty-monaco-'));
    const closing = [];
    try {
      await build({
        root: EMPTY,
        configFile: false,
        logLevel: 'error',
        base: './',
        worker: { format: 'es' },
        build: { outDir: folder, emptyOutDir: true, target: 'es2023' },
      });
      const ours = await served(PLAYGROUND, join(PLAYGROUND, 'dist'), join(PLAYGROUND, 'vite.config.ts'));
      closing.push(ours);
      const empty = await served(EMPTY, folder, false);
      closing.push(empty);
      const browser = await chromium.launch({
        executablePath: CHROMIUM,
        args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
      });
      closing.push(browser);
      const rounds = async (url, ready) => {
        const times = [];
        for (let round = 0; round < ROUNDS; round++) times.push(await timed(browser, url, ready));
        return median(times);
      };
      const monaco = await rounds(empty.url, emptyError);
      const error = await rounds(ours.url, typeError);
      return [
        { row: 'shell ready', ours: await rounds(ours.url, shell), unit: 'ms' },
        { row: 'first command answered', ours: await rounds(ours.url, firstAnswer), unit: 'ms' },
        { row: 'type error, editor opened after reading', ours: await rounds(ours.url, laterTypeError), unit: 'ms' },
        { row: 'first type error', ours: error, theirs: monaco, unit: 'ms', ratio: error / monaco },
      ];
    } finally {
      for (const one of closing.toReversed()) await one.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
