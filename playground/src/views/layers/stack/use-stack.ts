import { useEffect, useState } from 'react';
import type { LayerStack, PathDetail } from '../../../kernel/layer-values.ts';
import { useKernel, usePage, useSelection } from '../../../store/context.ts';

/** Asks again whenever the moment changes; what was asked before and comes late is dropped. */
export const useAnswer = <T>(ask: (() => Promise<T>) | undefined, of: readonly unknown[]): T | undefined => {
  const [answer, setAnswer] = useState<T>();
  const moment = useKernel((state) => state.moment);
  useEffect(() => {
    let wanted = true;
    if (ask === undefined) setAnswer(undefined);
    else
      ask().then(
        (value) => wanted && setAnswer(value),
        () => wanted && setAnswer(undefined),
      );
    return () => {
      wanted = false;
    };
    // oxlint-disable-next-line react/exhaustive-deps -- the question is given by what it is about
  }, [moment, ...of]);
  return answer;
};

export const useStack = (): LayerStack | undefined => {
  const { kernel } = usePage();
  const snapshot = useSelection((selection) => selection.snapshot);
  return useAnswer(snapshot === '' ? undefined : () => kernel.call('stack', snapshot), [snapshot]);
};

/** What every layer of the chosen snapshot holds at the chosen path. */
export const usePath = (): PathDetail | undefined => {
  const { kernel } = usePage();
  const snapshot = useSelection((selection) => selection.snapshot);
  const path = useSelection((selection) => selection.path);
  return useAnswer(snapshot === '' || path === '' ? undefined : () => kernel.call('path', { key: snapshot, path }), [
    snapshot,
    path,
  ]);
};
