import type { ReactElement } from 'react';
import { useTexts } from '../i18n/index.ts';
import { usePage, useSelection } from '../store/context.ts';
import type { ViewName } from '../store/selection.ts';
import { Button } from '../ui/button.tsx';
import { LayersView } from '../views/layers/layers-view.tsx';
import { MachineView } from '../views/machine/machine-view.tsx';
import { TimelineView } from '../views/timeline/timeline-view.tsx';
import { Panels } from './panels.tsx';
import { SlotView } from './slot-view.tsx';
import { ViewCard } from './view-card.tsx';
import { useNarrow } from './use-width.ts';

const ORDER: readonly ViewName[] = ['layers', 'terminal', 'timeline', 'machine', 'editor'];

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

const Narrow = (): ReactElement => {
  const { frame } = useTexts();
  const { selection } = usePage();
  const view = useSelection(({ view }) => view);
  return (
    <div className="narrow">
      <View name={view} />
      <nav className="narrow-tabs" aria-label={frame.viewsLabel}>
        {ORDER.map((name) => (
          <Button
            key={name}
            aria-current={name === view ? 'page' : undefined}
            look={name === view ? 'line' : 'plain'}
            onClick={() => selection.set({ view: name })}
          >
            {frame.views[name]}
          </Button>
        ))}
      </nav>
    </div>
  );
};

/** All views at once, one enlarged, or one at a time where the screen is narrow. */
export const Workspace = (): ReactElement => {
  const narrow = useNarrow();
  const maximized = useSelection(({ maximized }) => maximized);
  return (
    <main className="workspace">{narrow ? <Narrow /> : maximized === '' ? <Panels /> : <View name={maximized} />}</main>
  );
};
