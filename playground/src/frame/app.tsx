import { useState, useEffect, type ReactElement } from 'react';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import { TextsContext, loadTexts, type Texts } from '../i18n/index.ts';
import { PageContext, type Page } from '../store/context.ts';
import { keepSettings, type Settings } from '../store/settings.ts';
import { applyTheme } from '../theme/theme.ts';
import { SettingsContext } from './settings-context.ts';
import { Shell } from './shell.tsx';

interface Props {
  readonly page: Page;
  readonly settings: Settings;
  readonly texts: Texts;
}

/** What every part of the page may ask for: the page's stores, the language, the settings. */
export const App = ({ page, settings: firstSettings, texts: firstTexts }: Props): ReactElement => {
  const [settings, setSettings] = useState(firstSettings);
  const [shown, setShown] = useState({ locale: firstSettings.locale, texts: firstTexts });

  useEffect(() => {
    document.documentElement.lang = shown.locale;
  }, [shown]);

  const change = (changed: Partial<Settings>): void => {
    const next = { ...settings, ...changed };
    keepSettings(next);
    applyTheme(next.theme);
    const { locale } = next;
    if (locale !== shown.locale) void loadTexts(locale).then((texts) => setShown({ locale, texts }));
    setSettings(next);
  };

  return (
    <I18nProvider locale={shown.locale}>
      <TextsContext value={shown}>
        <SettingsContext value={{ settings, change }}>
          <PageContext value={page}>
            <Shell />
          </PageContext>
        </SettingsContext>
      </TextsContext>
    </I18nProvider>
  );
};
