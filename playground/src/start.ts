/** The first script, and a small one: what takes longest to be there is begun before the page's program is read. */
import { loadTexts } from './i18n/texts.ts';
import { beginKernel } from './kernel/start-worker.ts';
import { readSettings } from './store/settings.ts';
import { applyTheme } from './theme/theme.ts';

const start = async (): Promise<void> => {
  beginKernel();
  const query = new URLSearchParams(location.search);
  const settings = readSettings(query);
  applyTheme(settings.theme);
  const [{ draw }, texts] = await Promise.all([import('./main.tsx'), loadTexts(settings.locale)]);
  draw(query, settings, texts);
};

void start();
