import { useEffect, useState, type ReactElement } from 'react';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import { TextsContext, loadTexts, type Texts } from '../i18n/index.ts';
import { PageContext, type Page } from '../store/context.ts';
import { followLog } from '../store/follow.ts';
import { keepSettings, type Settings } from '../store/settings.ts';
import { applyTheme } from '../theme/theme.ts';
import { FIRST_CONTAINER, FIRST_LOG } from './first-log.ts';
import { Header } from './header/header.tsx';
import { SettingsContext } from './settings-context.ts';
import { Workspace } from './workspace.tsx';
import './app.css';

interface Props {
  readonly page: Page;
  readonly settings: Settings;
  readonly texts: Texts;
}

export const App = ({ page, settings: firstSettings, texts: firstTexts }: Props): ReactElement => {
  const [settings, setSettings] = useState(firstSettings);
  const [texts, setTexts] = useState(firstTexts);

  useEffect(() => {
    page.selection.set({ snapshot: FIRST_CONTAINER });
    void page.kernel.call('open', FIRST_LOG);
    return followLog(page);
  }, [page]);

  useEffect(() => {
    document.documentElement.lang = settings.locale;
  }, [settings.locale]);

  const change = (changed: Partial<Settings>): void => {
    const next = { ...settings, ...changed };
    keepSettings(next);
    applyTheme(next.theme);
    if (changed.locale !== undefined) void loadTexts(changed.locale).then(setTexts);
    setSettings(next);
  };

  return (
    <I18nProvider locale={settings.locale}>
      <TextsContext value={{ locale: settings.locale, texts }}>
        <SettingsContext value={{ settings, change }}>
          <PageContext value={page}>
            <div className="app">
              <Header />
              <Workspace />
            </div>
          </PageContext>
        </SettingsContext>
      </TextsContext>
    </I18nProvider>
  );
};
