import type { Labels } from '../../../snapshots/index.ts';

/** `key=value` words as labels; a word without `=` is an empty value. */
export const labelWords = (words: readonly string[]): Labels =>
  Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=');
      return at === -1 ? [word, ''] : [word.slice(0, at), word.slice(at + 1)];
    }),
  );

/** The field paths that name just these labels. */
export const labelPaths = (labels: Labels): readonly string[] => Object.keys(labels).map((key) => `labels.${key}`);

/** The labels of the repeated flag `--label`, where a word without `=` means `true`. */
export const labelFlags = (words: readonly string[]): Labels =>
  labelWords(words.map((word) => (word.includes('=') ? word : `${word}=true`)));
