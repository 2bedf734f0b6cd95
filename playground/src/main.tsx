import { createRoot } from 'react-dom/client';
import { App } from './frame/app.tsx';
import { loadTexts } from './i18n/index.ts';
import { createKernelClient } from './store/kernel-client.ts';
import { FIRST_SELECTION } from './store/selection.ts';
import { readSettings } from './store/settings.ts';
import { createStore } from './store/store.ts';
import { applyTheme } from './theme/theme.ts';
import './theme/tokens.css';
import './theme/base.css';

const start = async (): Promise<void> => {
  // Before anything else: the worker starts while the page is drawn.
  const kernel = createKernelClient();
  const settings = readSettings(new URLSearchParams(location.search));
  applyTheme(settings.theme);
  const texts = await loadTexts(settings.locale);
  const page = { kernel, selection: createStore(FIRST_SELECTION) };
  const root = document.querySelector('#root');
  if (root !== null) createRoot(root).render(<App page={page} settings={settings} texts={texts} />);
};

void start();
