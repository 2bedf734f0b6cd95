import { createRoot } from 'react-dom/client';
import { App } from './frame/app.tsx';
import { FIRST_CONTAINER } from './frame/first-log.ts';
import { beginFrom } from './frame/keep/begin.ts';
import type { Kept } from './frame/keep/kept.ts';
import { keepOffline } from './frame/keep/offline.ts';
import { beginTypeScript } from './frame/prepare-editor.ts';
import { whenAtRest } from './frame/rest.ts';
import type { Texts } from './i18n/index.ts';
import { startWorker } from './kernel/start-worker.ts';
import { createKernelClient } from './store/kernel-client.ts';
import type { Page } from './store/context.ts';
import { FIRST_PAGE_STATE, type PageState } from './store/page-state.ts';
import { FIRST_SELECTION, viewOf, type Selection } from './store/selection.ts';
import type { Settings } from './store/settings.ts';
import { createStore } from './store/store.ts';
import { prefersPlain } from './ui/prefers-plain.ts';
import './theme/tokens.css';
import './theme/base.css';

/** What a visitor looks at first is drawn by then. Milliseconds. */
const DRAWN = 1_500;
/** And by then who goes to the editor at once is there: keeping thirteen megabytes would stand in the way. */
const READING = 4_000;

export const draw = (query: URLSearchParams, settings: Settings, texts: Texts, kept: Kept | undefined): void => {
  const kernel = createKernelClient(startWorker);
  const page: Page = {
    kernel,
    // Before anything is drawn: what is known already is not drawn twice.
    begun: beginFrom(kernel, kept),
    selection: createStore<Selection>({
      ...FIRST_SELECTION,
      snapshot: FIRST_CONTAINER,
      maximized: viewOf(query.get('view')),
    }),
    state: createStore<PageState>(FIRST_PAGE_STATE),
    embedded: query.has('embed'),
  };
  const root = document.querySelector('#root');
  if (!page.embedded) {
    if (!prefersPlain()) whenAtRest(kernel, DRAWN, beginTypeScript);
    whenAtRest(kernel, READING, keepOffline);
  }
  if (root !== null) createRoot(root).render(<App page={page} settings={settings} texts={texts} />);
};
