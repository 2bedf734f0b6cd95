import { useEffect, useRef, type ReactElement } from 'react';
import { fill, useTexts } from '../../../i18n/index.ts';
import type { SnapshotRow } from '../../../kernel/values.ts';
import { useKernel, usePage, useSelection } from '../../../store/context.ts';
import { bytesText, shortName } from '../../../ui/bytes.ts';
import { Icon, type IconName } from '../../../ui/icon.tsx';
import { forestLayout, NODE_HEIGHT, NODE_WIDTH, type ForestLayout } from './layout.ts';
import './forest.css';

const ICONS: Readonly<Record<SnapshotRow['kind'], IconName>> = { Committed: 'lock', Active: 'pencil', View: 'eye' };

const Edges = ({ layout }: { readonly layout: ForestLayout }): ReactElement => (
  <svg className="forest-edges" width={layout.width} height={layout.height} aria-hidden="true">
    {layout.edges.map(({ from, to }) => {
      const [x1, y1] = [from.x + NODE_WIDTH / 2, from.y];
      const [x2, y2] = [to.x + NODE_WIDTH / 2, to.y + NODE_HEIGHT];
      return <path key={to.row.name} d={`M${x1} ${y1}C${x1} ${y1 - 12} ${x2} ${y2 + 12} ${x2} ${y2}`} />;
    })}
  </svg>
);

/** In words what the drawing says by place. */
const StandsOn = ({
  row,
  rows,
}: {
  readonly row: SnapshotRow;
  readonly rows: readonly SnapshotRow[];
}): ReactElement => {
  const { layers } = useTexts();
  const parent = rows.find(({ name }) => name === row.parent);
  return (
    <>{parent !== undefined && <span className="unseen"> {fill(layers.standsOn, { title: parent.title })}</span>}</>
  );
};

export const Forest = (): ReactElement => {
  const texts = useTexts();
  const { selection } = usePage();
  const rows = useKernel(({ moment }) => moment.snapshots);
  const chosen = useSelection(({ snapshot }) => snapshot);
  const layout = forestLayout(rows);
  const picked = useRef<HTMLButtonElement>(null);
  useEffect(() => void picked.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' }), [chosen, rows]);
  return (
    <div className="forest-scroll">
      <ul className="forest" aria-label={texts.layers.forest} style={{ width: layout.width, height: layout.height }}>
        <li role="presentation" aria-hidden="true">
          <Edges layout={layout} />
        </li>
        {layout.nodes.map(({ row, x, y }) => (
          <li key={row.name} style={{ insetInlineStart: x, top: y }}>
            <button
              type="button"
              ref={row.name === chosen ? picked : undefined}
              className="snapshot"
              data-kind={row.kind}
              aria-pressed={row.name === chosen}
              title={`${row.name}\n${texts.layers.kindHints[row.kind]}`}
              onClick={() => selection.set({ snapshot: row.name, layer: '', scope: 'merged' })}
            >
              <span className="snapshot-title">{shortName(row.title)}</span>
              <span className="snapshot-facts">
                <Icon name={ICONS[row.kind]} size={12} />
                {texts.layers.kinds[row.kind]} · {bytesText(row.size)}
                <StandsOn row={row} rows={rows} />
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
};
