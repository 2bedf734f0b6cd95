export { LOCALES, loadTexts, localeOf, type Locale, type Texts } from './texts.ts';
export { fill } from './fill.ts';
export { TextsContext, useTexts } from './context.ts';
