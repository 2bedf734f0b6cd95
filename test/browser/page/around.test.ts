/** What stands around the views: images, links, files, memory, the palette, the tour. */
import { readFileSync } from 'node:fs';
import { demoImage } from '@layerscope/core/demo';
import { describe, expect, it } from 'vitest';
import { requires } from '../../requirements.ts';
import { openForVisits } from './visit.ts';

const FOCUSED_CHIP = `document.activeElement === document.querySelector('.chip')`;

describe.skipIf(!requires('chromium'))('around the views', () => {
  const visit = openForVisits();

  it('opens an image, and says in a sentence what is none', async () => {
    const person = await visit();
    const { page } = person;
    const give = async (name: string, buffer: Buffer): Promise<void> => {
      const chooser = page.waitForEvent('filechooser');
      await page.getByRole('button', { name: 'Open image' }).click();
      await (await chooser).setFiles({ name, mimeType: 'application/x-tar', buffer });
    };
    await give('mine.tar', Buffer.from(await demoImage()));
    await expect.poll(() => page.locator('.message').textContent()).toContain('is open. Container “demo”');
    await expect.poll(() => page.locator('.snapshot[data-kind=Active]').count()).toBe(2);
    await give('photo.tar', Buffer.from('this is no archive at all'));
    await expect.poll(() => page.locator('.message').textContent()).toContain('could not be opened');
    await person.picture('not-an-image');
    expect(await page.locator('.snapshot[data-kind=Active]').count()).toBe(2);
    await person.leave();
  });

  it('hands a history over by address, which nobody carries out but the reader', async () => {
    const giver = await visit();
    await giver.try('echo hello >> /etc/motd');
    await giver.page.getByRole('button', { name: 'Share' }).click();
    const link = await giver.page.locator('dialog textarea').inputValue();
    expect(await giver.page.locator('dialog').textContent()).toContain(`${link.length} characters`);
    await giver.leave();

    const reader = await visit({ hash: new URL(link).hash });
    await expect.poll(() => reader.page.locator('dialog').textContent()).toContain('echo hello >> /etc/motd');
    expect(await reader.page.locator('.frame-card').count()).toBe(2);
    await reader.picture('received');
    await reader.page.getByRole('button', { name: 'Carry them out' }).click();
    await expect.poll(() => reader.page.locator('.frame-card').count()).toBe(3);
    await reader.leave();

    for (const hash of ['#log=AAAA', '#log=%%%', `#log=${'A'.repeat(5000)}`]) {
      const victim = await visit({ hash });
      await expect.poll(() => victim.page.locator('.message').textContent()).toContain('cannot be read');
      await victim.leave();
    }
  });

  it('gives everything as a file', async () => {
    const person = await visit();
    const { page } = person;
    await person.try('rm /etc/hostname');
    const saved = async (button: string): Promise<string> => {
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: button, exact: true }).click();
      return readFileSync(await (await download).path(), 'latin1');
    };
    await page.getByRole('button', { name: 'Export', exact: false }).first().click();
    expect(await saved('Layer tar')).toContain('etc/.wh.hostname');
    expect(await saved('Image archive')).toContain('oci-layout');
    expect(JSON.parse(await saved('Log of commands'))).toMatchObject({ at: 3 });
    expect(JSON.parse(await saved('Scenario')).solution).toHaveLength(3);
    expect(JSON.parse(await saved('Event log')).entries).toHaveLength(3);
    expect(await saved('Bug report')).toContain('$ rm /etc/hostname');
    expect(await saved('Test file')).toContain("from 'vitest'");
    await person.picture('export');
    await person.leave();
  });

  it('remembers, starts over, and works without a network', async () => {
    const person = await visit();
    const { page, context } = person;
    await person.try('echo hello >> /etc/motd');
    await page.evaluate('navigator.serviceWorker.ready');
    await page.waitForTimeout(1500);
    await context.setOffline(true);
    await page.reload();
    await expect.poll(() => page.locator('.frame-card').count()).toBe(3);
    await person.try('rm /etc/hostname');
    await page.keyboard.press('Control+k');
    await page.locator('dialog[open] input:focus').waitFor();
    await page.keyboard.type('start over');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.frame-card').count()).toBe(2);
    await person.leave();
  });

  it('is learnt in a tour that runs three commands', async () => {
    const person = await visit({ tour: true });
    const { page } = person;
    const next = page.locator('.tour [data-look=main]');
    for (const title of [
      'stack of layers',
      'from above',
      'read-only',
      'Copied up',
      'cannot be deleted',
      'whiteout',
      'yours',
    ]) {
      await expect.poll(() => page.locator('.tour h2').textContent()).toContain(title);
      if (title === 'Copied up') await person.picture('tour');
      await next.click();
    }
    await expect.poll(() => page.locator('.tour').count()).toBe(0);
    await page.reload();
    await page.locator('.snapshot').first().waitFor();
    expect(await page.locator('.tour').count()).toBe(0);
    await person.leave();
  });

  it('can be used by keyboard alone', async () => {
    const person = await visit();
    const { page } = person;
    for (let presses = 0; presses < 60 && !(await page.evaluate(FOCUSED_CHIP)); presses++)
      await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('.happened-command').filter({ hasText: 'echo hello' }).waitFor();
    await page.keyboard.press('Alt+1');
    await expect.poll(() => page.evaluate('document.activeElement.getAttribute("role")')).toBe('treegrid');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => page.locator('.tree-line[aria-expanded=true]').first().textContent()).toContain('bin/');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => page.locator('.story h3').textContent()).toBe('/bin/as-root');
    await page.keyboard.press('Control+z');
    await expect.poll(() => page.locator('.frame-card[aria-current=step]').textContent()).toContain('ctr run');
    await page.keyboard.press('Shift+?');
    await expect.poll(() => page.locator('dialog').textContent()).toContain('Keyboard shortcuts');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('dialog').count()).toBe(0);
    await person.leave();
  });

  it('stands in another page without head and tour', async () => {
    const person = await visit({
      query: 'embed&view=layers',
      tour: true,
      width: 700,
      height: 500,
    });
    expect(await person.page.locator('.header').count()).toBe(0);
    expect(await person.page.locator('.tour').count()).toBe(0);
    await person.picture('embedded');
    await person.leave();
  });
});
