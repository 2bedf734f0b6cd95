import { createContext, useContext } from 'react';
import type { Settings } from '../store/settings.ts';

interface Choice {
  readonly settings: Settings;
  readonly change: (changed: Partial<Settings>) => void;
}

export const SettingsContext: React.Context<Choice | undefined> = createContext<Choice | undefined>(undefined);

export const useSettings = (): Choice => {
  const choice = useContext(SettingsContext);
  if (choice === undefined) throw new Error('a view stands outside of the page');
  return choice;
};
