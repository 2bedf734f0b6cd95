import { useEffect, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { useTexts } from '../../../i18n/index.ts';
import type { TreePage, TreeRow } from '../../../kernel/layer-values.ts';
import { usePage, useSelection } from '../../../store/context.ts';
import { TreeLine } from './tree-line.tsx';
import { ROW_HEIGHT, windowOf } from './window.ts';
import './tree-grid.css';

/** The row a key leads to (WAI-ARIA tree grid), or what it does to the row. */
const answer = (
  key: string,
  rows: readonly TreeRow[],
  at: number,
): number | 'open' | 'close' | 'choose' | undefined => {
  const row = rows[at];
  if (row === undefined) return undefined;
  if (key === 'ArrowDown') return Math.min(at + 1, rows.length - 1);
  if (key === 'ArrowUp') return Math.max(at - 1, 0);
  if (key === 'Home') return 0;
  if (key === 'End') return rows.length - 1;
  if (key === 'Enter' || key === ' ') return 'choose';
  if (key === 'ArrowRight') return row.expandable && !row.expanded ? 'open' : Math.min(at + 1, rows.length - 1);
  if (key !== 'ArrowLeft') return undefined;
  if (row.expanded) return 'close';
  const parent = rows.slice(0, at).findLastIndex(({ depth }) => depth < row.depth);
  return parent < 0 ? at : parent;
};

/** Only the rows in sight are in the document: an image has tens of thousands. */
export const TreeGrid = ({ page, label }: { readonly page: TreePage; readonly label: string }): ReactElement => {
  const { layers } = useTexts();
  const { selection } = usePage();
  const path = useSelection((selected) => selected.path);
  const open = useSelection((selected) => selected.open);
  const scroller = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  const { rows } = page;
  const focused = Math.max(
    rows.findIndex((row) => row.path === path),
    0,
  );

  useEffect(() => {
    const box = scroller.current;
    if (box === null) return undefined;
    const observer = new ResizeObserver(() => setHeight(box.clientHeight));
    observer.observe(box);
    return () => observer.disconnect();
  }, []);

  // The chosen row comes into sight when it was chosen elsewhere.
  useEffect(() => {
    const box = scroller.current;
    const at = rows.findIndex((row) => row.path === path);
    if (box === null || at < 0) return;
    const y = at * ROW_HEIGHT;
    if (y < box.scrollTop || y + ROW_HEIGHT > box.scrollTop + box.clientHeight)
      box.scrollTop = y - box.clientHeight / 3;
  }, [path, rows]);

  const toggle = (row: TreeRow): void =>
    selection.set({ open: row.expanded ? open.filter((each) => each !== row.path) : [...open, row.path] });

  const onKeyDown = (event: KeyboardEvent): void => {
    const next = answer(event.key, rows, focused);
    if (next === undefined) return;
    event.preventDefault();
    const row = rows[focused];
    if (typeof next === 'number') selection.set({ path: rows[next]?.path ?? path });
    else if (row !== undefined && next !== 'choose') toggle(row);
    else if (row !== undefined) selection.set({ path: row.path });
  };

  const { first, last } = windowOf(top, height, rows.length);
  return (
    <div className="tree-scroll" ref={scroller} onScroll={(event) => setTop(event.currentTarget.scrollTop)}>
      <div
        role="treegrid"
        aria-label={label}
        aria-rowcount={rows.length}
        aria-activedescendant={rows.length === 0 ? undefined : `tree-row-${focused}`}
        tabIndex={0}
        className="tree"
        style={{ height: rows.length * ROW_HEIGHT }}
        onKeyDown={onKeyDown}
      >
        {rows.slice(first, last).map((row, index) => (
          <TreeLine
            key={row.path}
            row={row}
            index={first + index}
            chosen={row.path === path}
            onToggle={() => toggle(row)}
            onChoose={() => selection.set({ path: row.path })}
          />
        ))}
      </div>
      {rows.length === 0 && <p className="hint">{layers.nothing}</p>}
    </div>
  );
};
