import type { ReactElement } from 'react';
import { useTexts } from '../../i18n/index.ts';
import { usePage, useSelection } from '../../store/context.ts';
import { useStore } from '../../store/store.ts';
import type { ViewName } from '../../store/selection.ts';
import { Button } from '../../ui/button.tsx';
import { Panels } from './panels.tsx';
import { SlotView } from './slot-view.tsx';
import { View } from './view.tsx';
import { useNarrow } from './use-width.ts';

const ORDER: readonly ViewName[] = ['layers', 'terminal', 'timeline', 'machine', 'editor'];

const Narrow = (): ReactElement => {
  const { frame } = useTexts();
  const { selection } = usePage();
  const view = useSelection((selected) => selected.view);
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

/** All views at once, one enlarged, or one at a time where the screen is narrow; the lessons beside them. */
export const Workspace = (): ReactElement => {
  const narrow = useNarrow();
  const { lessons } = useTexts().frame;
  const maximized = useSelection((selected) => selected.maximized);
  const learning = useStore(usePage().state, (page) => page.lessons);
  return (
    <main className="workspace" data-learning={learning}>
      {learning && (
        <aside className="lessons-panel" aria-label={lessons}>
          <SlotView name="lessons" />
        </aside>
      )}
      {narrow ? <Narrow /> : maximized === '' ? <Panels /> : <View name={maximized} />}
    </main>
  );
};
