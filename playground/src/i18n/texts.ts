/** The languages of the page. English gives the shape; another language must fill all of it. */
import type { en } from './en/index.ts';

type Shape<T> = { readonly [Key in keyof T]: T[Key] extends string ? string : Shape<T[Key]> };

export type Texts = Shape<typeof en>;

export const LOCALES = { en: 'English', 'zh-CN': '简体中文' } as const;

export type Locale = keyof typeof LOCALES;

/** The page's language for what a browser asks for. */
export const localeOf = (wanted: readonly string[]): Locale => {
  for (const tag of wanted) {
    if (/^zh/i.test(tag)) return 'zh-CN';
    if (/^en/i.test(tag)) return 'en';
  }
  return 'en';
};

/** Loads one language: nobody waits for the others. */
export const loadTexts = async (locale: Locale): Promise<Texts> =>
  locale === 'zh-CN' ? (await import('./zh-CN/index.ts')).zhCN : (await import('./en/index.ts')).en;
