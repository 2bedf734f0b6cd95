import { createRoot } from 'react-dom/client';
import { App } from './frame/app.tsx';
import { keepOffline } from './frame/keep/offline.ts';
import { loadTexts } from './i18n/index.ts';
import { createKernelClient } from './store/kernel-client.ts';
import type { Page } from './store/context.ts';
import { FIRST_PAGE_STATE, type PageState } from './store/page-state.ts';
import { FIRST_SELECTION, viewOf, type Selection } from './store/selection.ts';
import { readSettings } from './store/settings.ts';
import { createStore } from './store/store.ts';
import { applyTheme } from './theme/theme.ts';
import './theme/tokens.css';
import './theme/base.css';

const start = async (): Promise<void> => {
  // Before anything else: the worker starts while the page is drawn.
  const kernel = createKernelClient();
  const query = new URLSearchParams(location.search);
  const settings = readSettings(query);
  applyTheme(settings.theme);
  const texts = await loadTexts(settings.locale);
  const page: Page = {
    kernel,
    selection: createStore<Selection>({ ...FIRST_SELECTION, maximized: viewOf(query.get('view')) }),
    state: createStore<PageState>(FIRST_PAGE_STATE),
    embedded: query.has('embed'),
  };
  const root = document.querySelector('#root');
  if (!page.embedded) void keepOffline();
  if (root !== null) createRoot(root).render(<App page={page} settings={settings} texts={texts} />);
};

void start();
