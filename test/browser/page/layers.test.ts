/** Layers, story, timeline and lifecycle, used as a person would. */
import { describe, expect, it } from 'vitest';
import { requires } from '../../requirements.ts';
import { openForVisits } from './visit.ts';

describe.skipIf(!requires('chromium'))('the page', () => {
  const visit = openForVisits();

  it('shows a copy-up happen, and says why', async () => {
    const person = await visit();
    const { page } = person;
    await person.try('echo hello >> /etc/motd');
    await expect.poll(() => page.locator('.happened').textContent()).toContain('/etc/motd lay in a read-only layer');
    await expect
      .poll(() => page.locator('.story').textContent())
      .toContain('opened for writing, before the first write');
    await expect.poll(() => page.locator('.diff').textContent()).toContain('+ hello');
    expect(await page.locator('.sheet-row[data-sight=hits]').textContent()).toContain('web');
    expect(await page.locator('.tree-line[aria-selected=true]').textContent()).toContain('changed');
    await person.picture('copy-up');
    await person.leave();
  });

  it('has room for tree and story side by side on a small screen', async () => {
    const person = await visit({ width: 1024, height: 768 });
    const { page } = person;
    await person.try('rm -r /opt/app && mkdir /opt/app');
    // What was hidden on the way is gone with the directory: only the end is told.
    await expect.poll(() => page.locator('.story h3').textContent()).toBe('/opt/app');
    expect(await page.locator('.story').textContent()).not.toContain('Whiteout made');
    for (const part of ['.tree-scroll', '.story', '[data-area=stack]'])
      expect((await page.locator(part).boundingBox())?.height).toBeGreaterThan(150);
    await page.getByRole('button', { name: 'Snapshots', exact: true }).click();
    await page.locator('[data-area=forest]').waitFor();
    expect(await page.locator('[data-area=stack]').isVisible()).toBe(false);
    await person.leave();
  });

  it('shows a whiteout as the device it is, and what it hides', async () => {
    const person = await visit();
    const { page } = person;
    await person.try('rm /etc/hostname');
    await expect
      .poll(() => page.locator('.sheet-row[data-sight=blocked]').textContent())
      .toContain('whiteout (char 0:0)');
    await page.getByRole('button', { name: 'This layer' }).click();
    const own = page.locator('.tree-line[data-type=whiteout]');
    await expect.poll(() => own.textContent()).toContain('char 0:0');
    await person.picture('whiteout');
    await person.try('rm -r /opt/app && mkdir /opt/app');
    await expect.poll(() => page.locator('.tree-line[data-mark=opaque]').count()).toBeGreaterThan(0);
    await person.leave();
  });

  it('runs a WebAssembly program of the built-in image, which copies a whole store for one record', async () => {
    const person = await visit();
    const { page } = person;
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type('programs');
    await page.getByRole('option', { name: /kv, logger/ }).waitFor();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('[data-view=terminal] select').inputValue()).toBe('programs');
    await page.locator('[data-view=terminal] textarea').focus();
    await page.keyboard.type('kv /var/lib/store.kv set colour blue && kv /var/lib/store.kv get colour');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('[data-view=terminal]').textContent(), { timeout: 10_000 }).toContain('blue');
    await expect.poll(() => page.locator('.happened').textContent()).toContain('/var/lib/store.kv');
    await person.picture('programs');
    await person.leave();
  });

  it('filters the tree by path and by mark', async () => {
    const person = await visit();
    const { page } = person;
    await page.getByRole('searchbox', { name: 'Filter by path' }).fill('readme');
    await expect.poll(() => page.locator('.tree-line').last().textContent()).toContain('README');
    await page.getByRole('searchbox', { name: 'Filter by path' }).fill('');
    await person.try('echo new > /root/notes');
    await page.getByRole('button', { name: 'unchanged', exact: true }).click();
    await expect.poll(() => page.locator('.tree-line').allTextContents()).not.toContain('bin/');
    const names = await page.locator('.tree-word').allTextContents();
    expect(names).toContain('notes');
    await person.leave();
  });

  it('goes back, forth and sideways in time', async () => {
    const person = await visit();
    const { page } = person;
    const cards = page.locator('.frame-card');
    await person.try('echo hello >> /etc/motd');
    await page.keyboard.press('Control+z');
    await expect.poll(() => page.locator('[aria-current=step]').first().textContent()).toContain('ctr run');
    await page.keyboard.press('Control+Shift+z');
    await expect.poll(() => page.locator('.frame-card[aria-current=step]').textContent()).toContain('echo hello');
    await page.keyboard.press('Control+z');
    await person.try('rm /etc/hostname');
    await expect.poll(() => cards.count()).toBe(4);
    await person.picture('branches');
    await page.getByRole('button', { name: 'Checkpoint' }).click();
    await page.getByLabel('Name').fill('fork');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.flag').textContent()).toContain('fork');
    await cards.filter({ hasText: 'echo hello' }).click();
    await expect.poll(() => page.locator('.frame-card[aria-current=step]').textContent()).toContain('echo hello');
    await page.getByRole('button', { name: 'Play, call by call' }).click();
    await expect.poll(() => page.locator('.call[aria-current=step]').count()).toBe(1);
    await person.leave();
  });

  it('lets a change fail, and cuts the power', async () => {
    const person = await visit();
    const { page } = person;
    await page.locator('.controls').getByRole('button', { name: 'Fault' }).click();
    await page.getByRole('button', { name: 'Let it happen' }).click();
    await page.locator('.happened-command').filter({ hasText: 'fault ENOSPC' }).waitFor();
    await person.try('echo hello >> /etc/motd');
    await expect.poll(() => page.locator('.happened').textContent()).toContain('No space left on device');
    await page.locator('.controls').getByRole('button', { name: 'Fault' }).click();
    await page.getByRole('button', { name: 'Cut the power now' }).click();
    await page.locator('.happened-command').filter({ hasText: 'power off' }).waitFor();
    await expect.poll(() => page.locator('.call').allTextContents()).toContain('machinerestarted boot=1');
    await person.picture('power-cut');
    await person.leave();
  });

  it('draws the lifecycle, and collects garbage', async () => {
    const person = await visit();
    const { page } = person;
    await expect.poll(() => page.locator('.state').count()).toBe(4);
    await page.locator('.state[data-state=Committed]').click();
    await expect.poll(() => page.locator('.state-table').textContent()).toContain('cannot remove snapshot with child');
    await page.getByRole('button', { name: 'Collect now' }).click();
    await expect.poll(() => page.locator('.collection').textContent()).toContain('everything is referred to');
    await page.getByText('Why the others stay').click();
    await expect
      .poll(() => page.locator('.collection').innerText())
      .toContain('snapshot overlayfs/web ← container web: the container lives on it');
    await person.picture('lifecycle');
    await person.leave();
  });
});
