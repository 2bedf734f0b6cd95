import type { ReactElement } from 'react';
import { fill, useTexts, type Texts } from '../../../i18n/index.ts';
import type { Keeper } from '../../../kernel/values.ts';
import { useKernel, useSelection } from '../../../store/context.ts';
import { bytesText, shortName } from '../../../ui/bytes.ts';

const keeperTexts = ({ layers }: Texts, keepers: readonly Keeper[]): readonly string[] => {
  const children = keepers.filter(({ by }) => by === 'child').length;
  return [
    ...keepers.filter(({ by }) => by !== 'child').map(({ by, name }) => fill(layers.keepers[by], { name })),
    ...(children === 0 ? [] : [fill(layers.keepers.child, { n: children })]),
  ];
};

/** Everything known of the chosen snapshot but its files. */
export const SnapshotFacts = (): ReactElement | null => {
  const texts = useTexts();
  const { layers } = texts;
  const chosen = useSelection(({ snapshot }) => snapshot);
  const row = useKernel(({ moment }) => moment.snapshots.find(({ name }) => name === chosen));
  if (row === undefined) return null;
  const keepers = keeperTexts(texts, row.keepers);
  return (
    <dl className="facts">
      <dt>{row.kind === 'Committed' ? layers.chainId : layers.key}</dt>
      <dd>
        <code title={row.name}>{shortName(row.name)}</code>
      </dd>
      <dt>{layers.size}</dt>
      <dd>
        {bytesText(row.size)}, {fill(layers.inodes, { n: row.inodes })}
      </dd>
      <dt>{layers.keptBy}</dt>
      <dd>{keepers.length === 0 ? layers.keptByNobody : keepers.join('; ')}</dd>
      {Object.keys(row.labels).length > 0 && (
        <>
          <dt>{layers.labels}</dt>
          <dd>
            {Object.entries(row.labels).map(([name, value]) => (
              <code key={name} className="label" title={`${name}=${value}`}>
                {name}={value}
              </code>
            ))}
          </dd>
        </>
      )}
    </dl>
  );
};
