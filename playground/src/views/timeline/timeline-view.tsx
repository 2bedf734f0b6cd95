import type { ReactElement } from 'react';
import { ViewCard } from '../../frame/layout/view-card.tsx';
import { useTexts } from '../../i18n/index.ts';
import { useKernel } from '../../store/context.ts';
import { Calls } from './calls/calls.tsx';
import { Controls } from './controls/controls.tsx';
import { usePlayback } from './controls/use-playback.ts';
import { Track } from './track/track.tsx';

export const TimelineView = (): ReactElement => {
  const { timeline } = useTexts();
  const entry = useKernel(({ entries, moment }) => entries[moment.at]);
  const forks = useKernel(({ moment }) => moment.next !== undefined);
  const playback = usePlayback(entry);
  return (
    <ViewCard view="timeline" tools={<Controls playback={playback} />}>
      <div className="timeline">
        <div>
          <Track />
          {forks && <p className="timeline-hint">{timeline.forks}</p>}
        </div>
        {entry !== undefined && <Calls entry={entry} cursor={playback.cursor} />}
      </div>
    </ViewCard>
  );
};
