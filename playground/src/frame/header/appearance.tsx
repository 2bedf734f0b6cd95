import type { ReactElement } from 'react';
import { LOCALES, useTexts, type Locale } from '../../i18n/index.ts';
import { THEMES, type Theme } from '../../theme/theme.ts';
import { Icon } from '../../ui/icon.tsx';
import { useSettings } from '../settings-context.ts';

/** Language and theme. */
export const Appearance = (): ReactElement => {
  const { frame } = useTexts();
  const { settings, change } = useSettings();
  return (
    <>
      <span className="choice-place">
        <Icon name="globe" />
        <select
          className="choice"
          aria-label={frame.language}
          value={settings.locale}
          onChange={(event) => change({ locale: event.target.value as Locale })}
        >
          {Object.entries(LOCALES).map(([locale, name]) => (
            <option key={locale} value={locale} lang={locale}>
              {name}
            </option>
          ))}
        </select>
      </span>
      <span className="choice-place">
        <Icon name="half" />
        <select
          className="choice"
          aria-label={frame.theme}
          value={settings.theme}
          onChange={(event) => change({ theme: event.target.value as Theme })}
        >
          {THEMES.map((theme) => (
            <option key={theme} value={theme}>
              {frame.themes[theme]}
            </option>
          ))}
        </select>
      </span>
    </>
  );
};
