import { lazy, Suspense, useState, type ReactElement } from 'react';
import { fill, useTexts } from '../../../i18n/index.ts';
import { useKernel, usePage } from '../../../store/context.ts';
import { Button } from '../../../ui/button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { currentLine } from '../track/lanes.ts';
import { SPEEDS, type Playback } from './use-playback.ts';
import './controls.css';

const FaultDialog = lazy(async () => ({ default: (await import('../fault/fault-dialog.tsx')).FaultDialog }));
const CheckpointDialog = lazy(async () => ({
  default: (await import('../fault/checkpoint-dialog.tsx')).CheckpointDialog,
}));

/** Where in time the page stands, and how to go elsewhere. */
export const Controls = ({ playback }: { readonly playback: Playback }): ReactElement => {
  const { timeline, frame } = useTexts();
  const { kernel } = usePage();
  const entries = useKernel((state) => state.entries);
  const moment = useKernel((state) => state.moment);
  const [dialog, open] = useState<'' | 'fault' | 'checkpoint'>('');
  const line = currentLine(entries, moment.path, moment.next);
  const place = moment.path.length;
  const seek = (index: number): void => void kernel.call('seek', index === 0 ? 0 : (line[index - 1]?.id ?? 0));
  return (
    <div className="controls">
      <Button aria-label={timeline.first} title={timeline.first} disabled={place === 0} onClick={() => seek(0)}>
        <Icon name="first" />
      </Button>
      <Button
        aria-label={frame.undo}
        title={frame.undo}
        disabled={place === 0}
        onClick={() => void kernel.call('undo', undefined)}
      >
        <Icon name="back" />
      </Button>
      <Button
        aria-label={playback.playing ? timeline.pause : timeline.play}
        title={playback.playing ? timeline.pause : timeline.play}
        disabled={line.length === 0}
        onClick={playback.toggle}
      >
        <Icon name={playback.playing ? 'pause' : 'play'} />
      </Button>
      <Button aria-label={timeline.step} title={timeline.step} disabled={line.length === 0} onClick={playback.step}>
        <Icon name="step" />
      </Button>
      <Button
        aria-label={timeline.last}
        title={timeline.last}
        disabled={place === line.length}
        onClick={() => seek(line.length)}
      >
        <Icon name="last" />
      </Button>
      <input
        type="range"
        className="seek"
        aria-label={timeline.seek}
        aria-valuetext={fill(timeline.position, { n: place, of: line.length })}
        min={0}
        max={line.length}
        value={place}
        onChange={(event) => seek(Number(event.target.value))}
      />
      <select
        className="choice"
        aria-label={timeline.speed}
        value={playback.speed}
        onChange={(event) => playback.setSpeed(Number(event.target.value))}
      >
        {SPEEDS.map((speed) => (
          <option key={speed} value={speed}>
            {speed}×
          </option>
        ))}
      </select>
      <Button onClick={() => open('checkpoint')} title={timeline.checkpointHint}>
        <Icon name="flag" />
        {timeline.checkpoint}
      </Button>
      <Button onClick={() => open('fault')} title={timeline.faultHint}>
        <Icon name="bolt" />
        {moment.faults.length === 0 ? timeline.fault : fill(timeline.faultsWaiting, { n: moment.faults.length })}
      </Button>
      <Suspense>
        {dialog === 'fault' && <FaultDialog onClose={() => open('')} />}
        {dialog === 'checkpoint' && <CheckpointDialog onClose={() => open('')} />}
      </Suspense>
    </div>
  );
};
