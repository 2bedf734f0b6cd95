/** Which lessons were finished, kept between visits. */
import { createStore, type Store } from '../store/store.ts';

export interface Progress {
  readonly finished: readonly string[];
}

const KEY = 'layerscope.lessons';

const read = (): readonly string[] => {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((id) => typeof id === 'string') : [];
  } catch {
    return [];
  }
};

export const progress: Store<Progress> = createStore<Progress>({ finished: read() });

export const finish = (id: string): void => {
  const { finished } = progress.get();
  if (finished.includes(id)) return;
  progress.set({ finished: [...finished, id] });
  try {
    localStorage.setItem(KEY, JSON.stringify(progress.get().finished));
  } catch {
    // a page without storage forgets, and works
  }
};
