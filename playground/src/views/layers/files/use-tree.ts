import type { TreePage } from '../../../kernel/layer-values.ts';
import { usePage, useSelection } from '../../../store/context.ts';
import { useAnswer } from '../stack/use-stack.ts';

/** The rows of the tree that is chosen, as it is open and filtered. */
export const useTree = (): TreePage | undefined => {
  const { kernel } = usePage();
  const snapshot = useSelection((selected) => selected.snapshot);
  const layer = useSelection((selected) => selected.layer);
  const scope = useSelection((selected) => selected.scope);
  const open = useSelection((selected) => selected.open);
  const filter = useSelection((selected) => selected.filter);
  const marks = useSelection((selected) => selected.marks);
  const key = layer === '' ? snapshot : layer;
  return useAnswer(key === '' ? undefined : () => kernel.call('tree', { key, scope, open, filter, marks }), [
    key,
    scope,
    open,
    filter,
    marks,
  ]);
};
