/** What the page remembers of its user between visits: small, and in the browser only. */
import { localeOf, type Locale } from '../i18n/index.ts';
import { isTheme, type Theme } from '../theme/theme.ts';

export interface Settings {
  readonly locale: Locale;
  readonly theme: Theme;
  /** The tour was finished or skipped. */
  readonly toured: boolean;
}

const KEY = 'layerscope.settings';

/** The address may ask for a language or theme (`?lang=zh-CN&theme=dark`); otherwise the last choice, then the browser's. */
export const readSettings = (query: URLSearchParams): Settings => {
  let kept: Readonly<Record<string, unknown>> = {};
  try {
    kept = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Readonly<Record<string, unknown>>;
  } catch {
    // storage is closed to this page, or holds something else: begin anew
  }
  const lang = query.get('lang') ?? kept['locale'];
  const theme = query.get('theme') ?? kept['theme'];
  return {
    locale: localeOf(typeof lang === 'string' ? [lang] : navigator.languages),
    theme: isTheme(theme) ? theme : 'auto',
    toured: kept['toured'] === true,
  };
};

export const keepSettings = (settings: Settings): void => {
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // a page without storage forgets, and works
  }
};
