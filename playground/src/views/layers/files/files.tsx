import type { ReactElement } from 'react';
import { fill, useTexts } from '../../../i18n/index.ts';
import { useKernel, useSelection } from '../../../store/context.ts';
import { shortName } from '../../../ui/bytes.ts';
import { FilesBar } from './files-bar.tsx';
import { TreeGrid } from './tree-grid.tsx';
import { useTree } from './use-tree.ts';

export const Files = (): ReactElement => {
  const { layers } = useTexts();
  const page = useTree();
  const layer = useSelection((selected) => (selected.layer === '' ? selected.snapshot : selected.layer));
  const scope = useSelection((selected) => selected.scope);
  const title = useKernel(({ moment }) => moment.snapshots.find(({ name }) => name === layer)?.title ?? '');
  const label = fill(scope === 'merged' ? layers.treeMerged : layers.treeLayer, { title: shortName(title) });
  return (
    <div className="files">
      <FilesBar />
      {page !== undefined && <TreeGrid page={page} label={label} />}
    </div>
  );
};
