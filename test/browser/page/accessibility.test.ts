/** axe-core finds nothing wrong with any view, in either theme and language, at three widths. */
import { describe, expect, it } from 'vitest';
import { requires } from '../../requirements.ts';
import { violations } from './axe.ts';
import { openForVisits } from './visit.ts';

describe.skipIf(!requires('chromium'))('axe', () => {
  const visit = openForVisits();

  describe.each(['light', 'dark'])('%s', (theme) => {
    describe.each(['en', 'zh-CN'])('%s', (lang) => {
      it.each([1440, 1024, 390])('%i px', async (width) => {
        const person = await visit({ query: `lang=${lang}&theme=${theme}`, width });
        const { page } = person;
        await person.try('rm -r /opt/app && mkdir /opt/app');
        await page.locator('.story').waitFor();
        expect(await violations(page)).toEqual([]);
        await person.picture(`layers-${theme}-${lang}-${width}`);
        if (width === 390)
          for (const tab of [1, 2, 3]) {
            await page.locator('.narrow-tabs button').nth(tab).click();
            await page.waitForTimeout(300);
            expect(await violations(page)).toEqual([]);
            await person.picture(`tab-${tab}-${theme}-${lang}`);
          }
        await person.leave();
      });
    });

    it('dialogs', async () => {
      const person = await visit({ query: `theme=${theme}`, tour: true });
      const { page } = person;
      await page.locator('.tour').waitFor();
      expect(await violations(page)).toEqual([]);
      await page.getByRole('button', { name: 'Skip the tour' }).click();
      for (const keys of ['Control+k', 'Control+s', 'Control+Shift+s', 'Shift+?']) {
        await page.keyboard.press(keys);
        await page.locator('dialog[open]').waitFor();
        expect(await violations(page)).toEqual([]);
        await page.keyboard.press('Escape');
        await expect.poll(() => page.locator('dialog').count()).toBe(0);
      }
      await page.locator('.controls').getByRole('button', { name: 'Fault' }).click();
      await page.locator('dialog[open]').waitFor();
      expect(await violations(page)).toEqual([]);
      await person.picture(`fault-${theme}`);
      await person.leave();
    });
  });
});
