import { useEffect, useState } from 'react';
import type { Late } from './late.ts';

/**
 * What comes late, shown as soon as it is there. React's `lazy` would hold it back until its placeholder has stood for
 * 300 ms, which is longer than most of it takes. `undefined` until then.
 */
export const useLate = <T>(what: Late<T>): T | undefined => {
  const [, setThere] = useState(what.value !== undefined);
  useEffect(() => void what.load().then(() => setThere(true)), [what]);
  return what.value;
};
