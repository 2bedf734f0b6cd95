import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds wrong with what is on the screen, or within a part of it; a line for each element. */
export const violations = async (page: Page, within = 'html'): Promise<readonly string[]> => {
  // Colours on their way to another are neither.
  await page.addStyleTag({
    content: '*, *::before, *::after { animation: none !important; transition: none !important; }',
  });
  await page.evaluate(AXE);
  return (await page.evaluate(
    `axe.run(${within === 'html' ? '' : JSON.stringify(within)}).then(({ violations }) => violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => id + ': ' + html.slice(0, 160) + ' ' + failureSummary)))`,
  )) as readonly string[];
};
