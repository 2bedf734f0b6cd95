import { z } from 'zod';

/** A text for readers, Markdown: English, and Chinese where somebody wrote it. */
export type Text = string | { readonly en: string; readonly zh?: string };

/** Languages a text can be had in; English is always there. */
export type Language = 'en' | 'zh';

/** The text in a language, in English where that is missing. */
export const textIn = (text: Text, language: Language = 'en'): string =>
  typeof text === 'string' ? text : (text[language] ?? text.en);

export const textSchema: z.ZodType<Text> = z
  .union([z.string(), z.strictObject({ en: z.string(), zh: z.string().exactOptional() })])
  .meta({ id: 'Text', description: 'A text for readers, English and Chinese. Markdown.' });

/** A text to compare with; see `pattern.ts`. */
export const patternSchema: z.ZodType<string> = z.string().meta({
  id: 'Pattern',
  description:
    'Text to compare with: * stands for anything within a line, <name> for the same thing wherever it is written, a line of … for any lines.',
});
