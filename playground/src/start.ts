/** The first script, and a small one: what takes longest to be there is begun before the page's program is read. */
import { readKept } from './frame/keep/kept.ts';
import { loadTexts } from './i18n/texts.ts';
import { beginKernel } from './kernel/start-worker.ts';
import { SLOTS } from './slots.ts';
import { readSettings } from './store/settings.ts';
import { applyTheme } from './theme/theme.ts';

const start = async (): Promise<void> => {
  beginKernel();
  const query = new URLSearchParams(location.search);
  const settings = readSettings(query);
  applyTheme(settings.theme);
  const [{ draw }, texts, kept] = await Promise.all([
    import('./main.tsx'),
    loadTexts(settings.locale),
    readKept(),
    // Where all views are shown it is among them, and is drawn with them.
    SLOTS.terminal.load(),
  ]);
  draw(query, settings, texts, kept);
};

void start();
