import type { Language } from '@layerscope/core/scenarios';

export type { Language };

/** The language of lessons for a locale of the page. */
export const languageOf = (locale: string): Language => (locale === 'zh-CN' ? 'zh' : 'en');
