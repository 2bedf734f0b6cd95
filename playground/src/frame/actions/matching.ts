import type { Action } from './actions.ts';

/** Whether the letters of `wanted` stand in `text` in this order; less is nearer. */
export const distance = (text: string, wanted: string): number | undefined => {
  let at = 0;
  let gaps = 0;
  for (const letter of wanted) {
    const found = text.indexOf(letter, at);
    if (found < 0) return undefined;
    gaps += found - at;
    at = found + 1;
  }
  return gaps;
};

/** The actions whose label or id has the letters, nearest first; in their own order without any. */
export const matching = (actions: readonly Action[], text: string): readonly Action[] => {
  const wanted = text.toLowerCase().replaceAll(/\s+/g, '');
  return actions
    .flatMap((action) => {
      const near = distance(`${action.label} ${action.id}`.toLowerCase(), wanted);
      return near === undefined ? [] : [{ action, near }];
    })
    .toSorted((a, b) => a.near - b.near)
    .map(({ action }) => action);
};
