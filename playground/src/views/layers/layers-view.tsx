import type { ReactElement, ReactNode } from 'react';
import { ViewCard } from '../../frame/layout/view-card.tsx';
import { useTexts } from '../../i18n/index.ts';
import { LEARNERS } from '../../kernel/session/names.ts';
import { useKernel, useSelection } from '../../store/context.ts';
import { Happened } from '../happened/happened.tsx';
import { TryIt } from '../happened/try-it.tsx';
import { Files } from './files/files.tsx';
import { Forest } from './forest/forest.tsx';
import { SnapshotFacts } from './forest/snapshot-facts.tsx';
import { PartTabs, shownPart, useRoom } from './parts.tsx';
import { Stack } from './stack/stack.tsx';
import { PathStory } from './story/path-story.tsx';
import './layers-view.css';

interface ColumnProps {
  readonly title: string;
  readonly hint: string;
  readonly area: string;
  readonly children: ReactNode;
}

const Column = ({ title, hint, area, children }: ColumnProps): ReactElement => (
  <div className="column" data-area={area}>
    <div className="column-head">
      <h3>{title}</h3>
      <p>{hint}</p>
    </div>
    {children}
  </div>
);

/**
 *   forest │ stack │ files │ story      wide
 *   forest or stack │ files │ story     where the columns would be too narrow
 *   forest or stack or files and story  on a telephone
 */
const Columns = (): ReactElement => {
  const { layers } = useTexts();
  const story = useSelection(({ path }) => path !== '');
  const part = useSelection((selected) => selected.part);
  const [box, room] = useRoom();
  return (
    <div className="layers-columns" ref={box} data-room={room} data-part={shownPart(part, room)} data-story={story}>
      <PartTabs room={room} />
      <Column title={layers.forest} hint={layers.forestHint} area="forest">
        <Forest />
        <SnapshotFacts />
      </Column>
      <Column title={layers.stack} hint={layers.stackHint} area="stack">
        <Stack />
      </Column>
      <div className="files-column" data-area="files">
        <Files />
      </div>
      <PathStory />
    </div>
  );
};

export const LayersView = (): ReactElement => {
  const { layers, frame } = useTexts();
  const started = useKernel(({ entries }) => entries.length > 0);
  const empty = useKernel(({ moment }) => moment.snapshots.length === 0);
  const snapshotter = useKernel(({ moment }) => moment.snapshotter);
  return (
    <ViewCard view="layers" tools={snapshotter === LEARNERS && <span className="snapshotter">{layers.onYours}</span>}>
      {empty ? (
        <p className="hint">{started ? layers.noSnapshot : frame.loading}</p>
      ) : (
        <div className="layers">
          <div>
            <Happened />
            <TryIt />
          </div>
          <Columns />
        </div>
      )}
    </ViewCard>
  );
};
