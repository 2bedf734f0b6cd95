import { useSyncExternalStore } from 'react';

/** Below this one view fills the screen, in CSS pixels. */
const NARROW = '(max-width: 760px)';

const query = (): MediaQueryList => matchMedia(NARROW);

const subscribe = (listener: () => void): (() => void) => {
  const list = query();
  list.addEventListener('change', listener);
  return () => list.removeEventListener('change', listener);
};

export const useNarrow = (): boolean => useSyncExternalStore(subscribe, () => query().matches);
