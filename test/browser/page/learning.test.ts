/** Learner's code, the editor, the terminal and the lessons, as a person uses them; and as somebody would who means harm. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { conformanceOf } from '../../../host-adapter/src/cli/serve/conformance.ts';
import { snapshotterSource } from '../../../host-adapter/src/cli/serve/snapshotter-source.ts';
import { requires } from '../../requirements.ts';
import { violations } from './axe.ts';
import { openForVisits, type Visit } from './visit.ts';

const PATIENT = { timeout: 30_000 };

const phase = (page: Page): Promise<string | null> => page.locator('.results').getAttribute('data-phase');

/** Presses a button of the editor and waits for what it leads to. */
const press = async (page: Page, button: RegExp): Promise<string> => {
  await page.locator('.editor-tools').getByRole('button', { name: button }).click();
  await expect.poll(() => phase(page), PATIENT).toMatch(/walked|checked|measured|failed/);
  return page.locator('.results').innerText();
};

const openEditor = async (person: Visit): Promise<Page> => {
  const { page } = person;
  await page.getByRole('tab', { name: /Your snapshotter|自己写快照器/ }).click();
  await page.locator('.editor-tools').waitFor();
  return page;
};

/** The text area instead of Monaco: a file is put there at once. */
const write = async (page: Page, text: string): Promise<void> => {
  const plain = page.getByRole('button', { name: 'Plain text' }).last();
  if ((await plain.getAttribute('aria-pressed')) === 'false') await plain.click();
  await page.locator('.code-plain').fill(text);
};

const snapshotter = (body: string): string =>
  `import { createNativeSnapshotter } from '@layerscope/core/snapshotters';
   export const createSnapshotter = async (ground) => { ${body}; return createNativeSnapshotter(ground); };`;

/** A WebAssembly program whose `_start` is `(loop (br 0))`, as printf(1) writes it. */
const LOOP =
  '\\0asm\\1\\0\\0\\0\\1\\4\\1\\140\\0\\0\\3\\2\\1\\0\\5\\3\\1\\0\\1\\7\\23\\2\\6memory\\2\\0\\6_start\\0\\0\\12\\11\\1\\7\\0\\3\\100\\14\\0\\13\\13';

describe.skipIf(!requires('chromium'))('learning', () => {
  const visit = openForVisits();

  it('checks a snapshotter as it is typed, steps, tries the laws, compares, and hands it over', async () => {
    const person = await visit();
    const page = await openEditor(person);
    await page.locator('.monaco-editor .view-line').first().waitFor(PATIENT);
    await expect.poll(() => page.locator('.editor-errors').textContent()).toBe('no type errors');
    await page.locator('.monaco-editor').first().click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('\nconst wrong: Snapshotter = { comit: 1 };');
    await expect.poll(() => page.locator('.editor-errors').textContent(), PATIENT).toBe('1 type error');
    await person.picture('editor-error');

    await page.locator('.editor-example select').selectOption('broken');
    await expect.poll(() => page.locator('.editor-errors').textContent(), PATIENT).toBe('no type errors');
    const broken = await press(page, /^Check/);
    expect(broken).toMatch(/3 of \d{3} laws are broken/);
    expect(broken).toContain('A view is read-only');
    expect(broken).toContain('expected "EROFS", got "written"');
    await person.picture('editor-broken');

    await page.locator('.editor-example select').selectOption('moved-upperdir');
    expect(await press(page, /^Step/)).toContain('createSnapshotter()');
    for (let step = 0; step < 6; step++) await page.getByRole('button', { name: 'Next call' }).click();
    expect(await page.locator('.results').innerText()).toContain('upperdir=/mnt/volume/box/fs');
    const costs = await press(page, /^Compare/);
    expect(costs).toMatch(/moved-upperdir\.ts\s+overlayfs\s+native/);
    await person.picture('editor-costs');
    expect(await violations(page, '.editor')).toEqual([]);

    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    const folder = mkdtempSync(join(tmpdir(), 'layerscope-download-'));
    try {
      const file = join(folder, (await download).suggestedFilename());
      await (await download).saveAs(file);
      const report = await conformanceOf(await snapshotterSource(file), 'simulated');
      expect(report.broken).toBe(0);
      expect(report.held).toBeGreaterThan(100);
    } finally {
      rmSync(folder, { recursive: true });
    }
    await person.leave();
  });

  it('ends what never answers with a sentence, lets nothing out, and goes on', async () => {
    const person = await visit();
    const page = await openEditor(person);
    const told = async (text: string): Promise<string> => {
      await write(page, text);
      return press(page, /^Step/);
    };
    expect(await told(snapshotter('for (;;);'))).toMatch(/nothing was heard for 5 seconds.*endless loop/s);
    expect(await told(snapshotter('await new Promise(() => {})'))).toContain('a promise that is never kept');
    expect(await told(snapshotter('const a = []; for (;;) a.push(new Uint8Array(2 ** 40));'))).toContain('more memory');
    expect(await told(snapshotter("await fetch('https://example.org')"))).toContain('fetch is not a function');
    expect(await told(snapshotter('localStorage.clear()'))).toContain('localStorage is not defined');
    expect(await told(snapshotter('document.title = 1'))).toContain('document is not defined');
    expect(
      await told("import { readFileSync } from 'node:fs'; export const createSnapshotter = readFileSync;"),
    ).toMatch(/“node:fs” cannot be imported here.*@layerscope\/core\/kernel/s);
    expect(await told('export const createSnapshotter = (')).toContain('Line 1:');
    await person.picture('editor-problem');
    expect(await told(snapshotter(''))).toContain('createSnapshotter()');
    await person.try('echo hello >> /etc/motd');
    await person.leave();
  });

  it("runs the page's node on the learner's own snapshotter", async () => {
    const person = await visit();
    const page = await openEditor(person);
    const into = page.locator('.editor-tools').getByRole('button', { name: 'Use in the node' });
    await into.click();
    await page.locator('.snapshotter').waitFor(PATIENT);
    await person.try('echo hello >> /etc/motd');
    // A whole tree each: there was nothing to copy up.
    await expect.poll(() => page.locator('.happened').innerText(), PATIENT).toContain('nothing had to be copied');
    await expect.poll(() => page.locator('.sheet').count(), PATIENT).toBe(1);
    await person.picture('own-snapshotter-in-the-node');
    await openEditor(person);
    await page.getByRole('button', { name: 'Back to overlayfs' }).click();
    await expect.poll(() => page.locator('.snapshotter').count(), PATIENT).toBe(0);
    await person.try('rm /etc/hostname');
    await person.leave();
  });

  it('is a terminal: edits, completes, recalls, stops, and cannot be tricked', async () => {
    const person = await visit();
    const { page } = person;
    const runs = page.locator('.transcript-run');
    const last = (): Promise<string | null> => runs.last().textContent();
    await page.locator('.xterm').click();
    const line = async (keys: string): Promise<void> => {
      await page.keyboard.type(keys);
      await page.keyboard.press('Enter');
    };
    await line('cd /et\t');
    await expect.poll(last).toBe('root@web:/# cd /etc/');
    await line('cat hostn\t');
    await expect.poll(last).toContain('demo\n');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await expect.poll(last).toContain('cd /etc/');
    await line("printf '\\033]8;;https://evil.example\\007here\\033]8;;\\007\\033[2J\\n'");
    await expect.poll(last).toMatch(/here\n$/);
    expect(await page.locator('.xterm a').count()).toBe(0);
    await line('ctr snapshots info we\t');
    await expect.poll(last).toContain('"Kind": "Active"');
    await line('cat > /tmp/typed');
    await line('one');
    await page.keyboard.type('twx\b');
    await line('o');
    await page.keyboard.press('Control+d');
    await line('read word; cat /tmp/typed; echo "<$word>"');
    await line('three');
    await expect.poll(last, PATIENT).toMatch(/three\none\ntwo\n<three>\n$/);
    await line('sleep 1');
    await line('echo in order');
    await expect.poll(last, PATIENT).toMatch(/in order\n$/);
    await line('cat');
    await page.keyboard.press('Control+c');
    await expect.poll(last, PATIENT).toContain('exit code 130');
    await line('truncate -s 5G /big; wc -c < /dev/null; ls -l /big');
    await expect.poll(last, PATIENT).toContain('5368709120');
    await line(`printf '${LOOP}' > /loop; chmod +x /loop`);
    await line('/loop');
    await page.getByText('Still running').waitFor(PATIENT);
    await page.keyboard.press('Control+c');
    await expect.poll(last, PATIENT).toContain('exit code 130');
    await line('while :; do :; done');
    await page.getByText('Still running').waitFor(PATIENT);
    await person.picture('terminal-running');
    await page.keyboard.press('Control+c');
    await expect.poll(last, PATIENT).toContain('exit code 130');
    await line('echo the page goes on');
    await expect.poll(last, PATIENT).toMatch(/the page goes on\n$/);
    await page.keyboard.press('Control+d');
    await line('mount | head -n 1');
    await expect.poll(last, PATIENT).toContain('root@node');
    await person.picture('terminal');
    await person.leave();
  });

  it('leads through a lesson, and gives back what was there before', async () => {
    const person = await visit();
    const { page } = person;
    await page.keyboard.press('Alt+l');
    await expect.poll(() => page.locator('.lessons-entry').count()).toBe(8);
    expect(await violations(page, '.lessons-panel')).toEqual([]);
    await page.locator('.lessons-entry').nth(3).click();
    const task = (number: number): Promise<string | null> =>
      page.locator('.lesson-tasks > li').nth(number).getAttribute('data-state');
    await expect.poll(() => task(0), PATIENT).toBe('open');
    await expect
      .poll(() => page.locator('.lesson-missing').innerText())
      .toContain('the layer of “web” alone, /etc/hostname: should be a whiteout');
    await page.keyboard.press('Alt+h');
    await page.locator('.lesson-hint').waitFor();
    await page.locator('.xterm').click();
    await page.keyboard.type('rm /etc/hostname\n');
    await expect.poll(() => task(0), PATIENT).toBe('done');
    await page.keyboard.type('rm -r /opt/app\n');
    await expect.poll(() => page.locator('.lesson-hint').count(), PATIENT).toBe(0);
    await page.locator('.lesson-tools').getByRole('button', { name: 'Hint' }).click();
    await expect.poll(() => page.locator('.lesson-hint').innerText(), PATIENT).toContain('Now mkdir /opt/app');
    await person.picture('lesson');
    await page.locator('.lesson-tools').getByRole('button', { name: 'Undo' }).click();
    await page.locator('.lesson-tools').getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => task(0), PATIENT).toBe('open');
    for (let step = 0; step < 4; step++) {
      const button = page.locator('.lesson-tools button').nth(3);
      await expect.poll(() => button.isEnabled(), PATIENT).toBe(true);
      await button.click();
    }
    await page.locator('.lesson-finished').waitFor(PATIENT);
    await person.picture('lesson-finished');
    expect(await violations(page, '.lessons-panel')).toEqual([]);
    expect(await violations(page, '.terminal')).toEqual([]);
    await page.getByRole('button', { name: 'All lessons' }).click();
    await expect.poll(() => page.locator('.frame-card').count(), PATIENT).toBe(2);
    expect(await page.locator('.lessons-entry').nth(3).innerText()).toContain('done');
    await person.leave();
  });

  it('is all there in Chinese, in the dark, on a telephone', async () => {
    const person = await visit({ query: 'lang=zh-CN&theme=dark', width: 390, height: 844 });
    const { page } = person;
    await page.locator('.narrow-tabs button').last().click();
    await page.locator('.code-plain').waitFor();
    expect(await press(page, /^检查/)).toMatch(/全部 \d{3} 条规则成立/);
    expect(await violations(page, '.editor')).toEqual([]);
    await person.picture('editor-zh-dark-390');
    await page.locator('.narrow-tabs button').nth(1).click();
    await page.locator('.transcript-form input').fill('rm /etc/hostname');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.transcript-run').last().textContent()).toContain('rm /etc/hostname');
    expect(await violations(page, '.terminal')).toEqual([]);
    await person.picture('terminal-zh-dark-390');
    await person.leave();
  });
});
