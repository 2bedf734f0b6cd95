import type { ReactElement } from 'react';
import { useTexts } from '../../../i18n/index.ts';
import type { TreeRow } from '../../../kernel/layer-values.ts';
import { bytesText } from '../../../ui/bytes.ts';
import { MarkWord } from './mark-word.tsx';
import { ROW_HEIGHT } from './window.ts';

const SUFFIXES: Readonly<Record<string, string>> = { directory: '/', fifo: '|', socket: '=' };

interface Props {
  readonly row: TreeRow;
  readonly index: number;
  readonly chosen: boolean;
  readonly onToggle: () => void;
  readonly onChoose: () => void;
}

/** One name of the tree. The keyboard is the grid's; a click is here. */
export const TreeLine = ({ row, index, chosen, onToggle, onChoose }: Props): ReactElement => {
  const { layers } = useTexts();
  return (
    <div
      id={`tree-row-${index}`}
      role="row"
      aria-rowindex={index + 1}
      aria-level={row.depth}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-expanded={row.expandable ? row.expanded : undefined}
      aria-selected={chosen}
      className="tree-line"
      data-mark={row.mark}
      data-type={row.type}
      style={{ top: index * ROW_HEIGHT }}
      onClick={onChoose}
      onDoubleClick={row.expandable ? onToggle : undefined}
    >
      <span role="gridcell" className="tree-name" style={{ paddingInlineStart: (row.depth - 1) * 16 }}>
        <span
          className="twist"
          aria-hidden="true"
          onClick={(event) => {
            if (!row.expandable) return;
            event.stopPropagation();
            onToggle();
          }}
        >
          {row.expandable ? (row.expanded ? '▾' : '▸') : ''}
        </span>
        <span className="tree-word">
          {row.name}
          {SUFFIXES[row.type] ?? ''}
        </span>
        {row.type === 'symlink' && <span className="quiet"> → {row.target}</span>}
        {row.type === 'whiteout' && <span className="quiet"> {layers.whiteout}</span>}
        {(row.type === 'char' || row.type === 'block') && <span className="quiet"> {row.target}</span>}
      </span>
      <span role="gridcell" className="tree-mark">
        {row.mark !== 'unchanged' && <MarkWord mark={row.mark} />}
      </span>
      <span role="gridcell" className="tree-mode">
        {row.mode}
      </span>
      <span role="gridcell" className="tree-size">
        {row.type === 'file' ? bytesText(row.size) : ''}
      </span>
    </div>
  );
};
