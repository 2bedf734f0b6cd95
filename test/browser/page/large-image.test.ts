/** An image of a real size: it comes in while the page answers, and time travel over it is quick. */
import { createHash } from 'node:crypto';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requires } from '../../requirements.ts';
import { openForVisits } from './visit.ts';

const FILES = 10_000;
const FILE_SIZE = 10_240;

/** Milliseconds the main thread may be busy at one go while an image comes in. */
const LONGEST_TASK = 200;
const SLOWEST_UNDO = 50;
const SLOWEST_SEEK = 100;

const layerTar = async (): Promise<Buffer> => {
  const layer = pack();
  const content = Buffer.alloc(FILE_SIZE);
  for (let folder = 0; folder < FILES / 100; folder++) {
    layer.entry({ name: `data/${folder}/`, type: 'directory', mode: 0o755 });
    for (let file = 0; file < 100; file++) {
      content.writeUInt32LE(folder * 100 + file, 0);
      layer.entry({ name: `data/${folder}/${file}`, mode: 0o644 }, Buffer.from(content));
    }
  }
  layer.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of layer) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
};

/** What `docker save` writes for an image of one layer. */
const writeImage = async (path: string): Promise<void> => {
  const layer = await layerTar();
  const config = JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    config: { Env: ['PATH=/bin'], Cmd: ['sh'] },
    rootfs: { type: 'layers', diff_ids: [`sha256:${createHash('sha256').update(layer).digest('hex')}`] },
    history: [{ created_by: 'COPY data /data' }],
  });
  const archive = pack();
  archive.entry({ name: 'config.json' }, config);
  archive.entry({ name: 'layer.tar' }, layer);
  const row = { Config: 'config.json', RepoTags: ['large:latest'], Layers: ['layer.tar'] };
  archive.entry({ name: 'manifest.json' }, JSON.stringify([row]));
  archive.finalize();
  await pipeline(archive, createWriteStream(path));
};

const watchTasks = (page: Page): Promise<unknown> =>
  page.evaluate(`{
    globalThis.tasks = [];
    new PerformanceObserver((list) => globalThis.tasks.push(...list.getEntries().map(({ duration }) => duration)))
      .observe({ type: 'longtask', buffered: false });
  }`);

/** From a click to the moment the page shows it, in the page's own time. */
const timed = async (page: Page, click: string, shown: string): Promise<number> =>
  (await page.evaluate(`new Promise((resolve) => {
    const start = performance.now();
    const look = () => (${shown}) ? resolve(performance.now() - start) : setTimeout(look, 1);
    (${click}).click();
    look();
  })`)) as number;

const CURRENT = `document.querySelector('.frame-card[aria-current]')?.title`;
const card = (text: string): string =>
  `[...document.querySelectorAll('.frame-card')].find(({ title }) => title.includes('${text}'))`;

describe.skipIf(!requires('chromium'))('an image of 100 MB in 10,000 files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'layerscope-large-'));
  const visit = openForVisits();
  beforeAll(() => writeImage(join(folder, 'large.tar')));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('comes in while the page answers, and every moment of it is near', async () => {
    const person = await visit();
    const { page } = person;
    await watchTasks(page);
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Open image' }).click();
    const start = Date.now();
    await (await chooser).setFiles(join(folder, 'large.tar'));
    await page.locator('.progress').waitFor();
    await person.picture('importing');
    await page.locator('.message').waitFor({ timeout: 100_000 });
    expect(await page.locator('.message').textContent()).toContain('is open');
    const seconds = (Date.now() - start) / 1000;
    const longest = Math.max(0, ...((await page.evaluate('globalThis.tasks')) as readonly number[]));

    await page.getByRole('searchbox').fill('data/42/7');
    await expect.poll(() => page.locator('.tree-line').count(), { timeout: 10_000 }).toBeGreaterThan(10);
    await page.getByRole('searchbox').fill('');
    await person.try('echo hello >> /etc/motd');
    // The best of some: others may have the machine at any moment.
    let [undo, seek] = [Infinity, Infinity];
    for (let round = 0; round < 4; round++) {
      undo = Math.min(
        undo,
        await timed(page, `document.querySelector('.header-tools button')`, `${CURRENT}?.includes('ctr run')`),
      );
      seek = Math.min(seek, await timed(page, card('echo hello'), `${CURRENT}?.includes('echo hello')`));
    }
    console.log(
      `100 MB, 10,000 files: in after ${seconds.toFixed(1)} s, longest task ${longest.toFixed(0)} ms, ` +
        `undo ${undo.toFixed(0)} ms, seek ${seek.toFixed(0)} ms`,
    );
    expect(longest).toBeLessThanOrEqual(LONGEST_TASK);
    expect(undo).toBeLessThanOrEqual(SLOWEST_UNDO);
    expect(seek).toBeLessThanOrEqual(SLOWEST_SEEK);
    await person.leave();
  });
});
