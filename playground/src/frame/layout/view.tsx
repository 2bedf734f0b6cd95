import type { ReactElement } from 'react';
import type { ViewName } from '../../store/selection.ts';
import { LayersView } from '../../views/layers/layers-view.tsx';
import { MachineView } from '../../views/machine/machine-view.tsx';
import { TimelineView } from '../../views/timeline/timeline-view.tsx';
import { SlotView } from './slot-view.tsx';
import { ViewCard } from './view-card.tsx';

/** One view in its card. */
export const View = ({ name }: { readonly name: ViewName }): ReactElement => {
  if (name === 'layers') return <LayersView />;
  if (name === 'machine') return <MachineView />;
  if (name === 'timeline') return <TimelineView />;
  return (
    <ViewCard view={name}>
      <SlotView name={name} />
    </ViewCard>
  );
};
