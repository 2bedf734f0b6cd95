/** Light, dark, or as the system says: one attribute of the document that the style sheet reads. */
export const THEMES = ['auto', 'light', 'dark'] as const;

export type Theme = (typeof THEMES)[number];

export const isTheme = (value: unknown): value is Theme => THEMES.some((theme) => theme === value);

const prefersDark = (): boolean => matchMedia('(prefers-color-scheme: dark)').matches;

export const applyTheme = (theme: Theme): void => {
  document.documentElement.dataset['theme'] = theme;
};

export const isDark = (theme: Theme): boolean => theme === 'dark' || (theme === 'auto' && prefersDark());
