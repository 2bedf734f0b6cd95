/** Core gives the same answers in Chromium as in Node: each program runs in both. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requires } from '../requirements.ts';
import { differences } from '../trees/record.ts';
import { runInChromium, startChromium } from './chromium.ts';

const FOLDER = fileURLToPath(new URL('programs', import.meta.url));
const programs = readdirSync(FOLDER).filter((name) => name !== 'tree-lines.ts');

describe.skipIf(!requires('chromium'))('the same in Chromium as in Node', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser?.close());

  it.each(programs)('%s', async (name) => {
    const path = `${FOLDER}/${name}`;
    const program = (await import(path)) as { readonly run: () => Promise<unknown> };
    const here = JSON.stringify(await program.run(), null, 1);
    const there = JSON.stringify(await runInChromium(browser, path), null, 1);
    expect(here.length).toBeGreaterThan(20);
    // The few lines that differ, when some do, instead of two whole documents.
    expect(differences(there.split('\n'), here.split('\n'))).toEqual([]);
    expect(there === here).toBe(true);
  });
});
