import { useId, type ReactElement, type ReactNode } from 'react';
import { fill, useTexts } from '../../i18n/index.ts';
import { usePage, useSelection } from '../../store/context.ts';
import type { ViewName } from '../../store/selection.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';

interface Props {
  readonly view: ViewName;
  readonly tools?: ReactNode;
  readonly children: ReactNode;
}

/** One of the views, with its name and a way to give it the whole screen. */
export const ViewCard = ({ view, tools, children }: Props): ReactElement => {
  const { frame } = useTexts();
  const { selection } = usePage();
  const enlarged = useSelection(({ maximized }) => maximized === view);
  const id = useId();
  const label = enlarged ? frame.restore : fill(frame.maximize, { view: frame.views[view] });
  return (
    <section className="view" aria-labelledby={id} data-view={view}>
      <header className="view-head">
        <h2 id={id}>{frame.views[view]}</h2>
        <div className="view-tools">
          {tools}
          <Button
            className="maximize"
            aria-label={label}
            title={label}
            onClick={() => selection.set({ maximized: enlarged ? '' : view })}
          >
            <Icon name={enlarged ? 'minimize' : 'maximize'} />
          </Button>
        </div>
      </header>
      <div className="view-body">{children}</div>
    </section>
  );
};
