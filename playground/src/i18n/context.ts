import { createContext, useContext } from 'react';
import type { Locale, Texts } from './texts.ts';

export const TextsContext: React.Context<{ readonly locale: Locale; readonly texts: Texts } | undefined> =
  createContext<{ readonly locale: Locale; readonly texts: Texts } | undefined>(undefined);

/** Every string a user reads, in the chosen language. */
export const useTexts = (): Texts => {
  const given = useContext(TextsContext);
  if (given === undefined) throw new Error('a view stands outside of the page');
  return given.texts;
};
