import { useEffect, useRef, useState, type ReactElement } from 'react';
import { fill, useTexts } from '../../i18n/index.ts';
import { useKernel, usePage } from '../../store/context.ts';
import { PARTS, towards } from '../../store/selection.ts';
import { Button } from '../../ui/button.tsx';
import { TOUR, type TourStep } from './steps.ts';
import './tour.css';

/** Walks a newcomer through one copy-up, one whiteout and one undo; the page stays usable all the while. */
export const Tour = ({ onClose }: { readonly onClose: () => void }): ReactElement | null => {
  const { tour, frame } = useTexts();
  const { kernel, selection } = usePage();
  const container = useKernel(({ moment }) => moment.containers.at(-1)?.id);
  const busy = useKernel((state) => state.busy > 0);
  const [at, setAt] = useState(0);
  const title = useRef<HTMLHeadingElement>(null);
  const step: TourStep | undefined = TOUR[at];

  useEffect(() => {
    if (step === undefined) return undefined;
    const { area, path } = step;
    selection.set({ maximized: '', view: area === 'timeline' || area === 'terminal' ? area : 'layers' });
    if (path !== undefined)
      selection.set({
        ...towards(path, selection.get()),
        scope: 'merged',
        layer: '',
      });
    const part = PARTS.find((each) => each === area);
    if (part !== undefined) selection.set({ part });
    document.documentElement.dataset['tour'] = area;
    title.current?.focus();
    return () => {
      delete document.documentElement.dataset['tour'];
    };
  }, [step, selection]);

  if (step === undefined) return null;
  const last = at === TOUR.length - 1;
  const words = tour.steps[step.id];
  const next = (): void => (last ? onClose() : setAt(at + 1));
  const act = async (): Promise<void> => {
    if (step.undo === true) await kernel.call('undo', undefined);
    else if (step.script !== undefined && container !== undefined)
      await kernel.call('execute', { type: 'exec', container, args: ['sh', '-c', step.script] });
    next();
  };
  const acts = step.undo === true || step.script !== undefined;
  return (
    <div className="tour" role="dialog" aria-label={frame.tour} data-step={step.id}>
      <p className="quiet">{fill(tour.progress, { n: at + 1, of: TOUR.length })}</p>
      <h2 ref={title} tabIndex={-1}>
        {words.title}
      </h2>
      <p>{words.text}</p>
      {step.script !== undefined && (
        <pre>
          <code>{step.script}</code>
        </pre>
      )}
      <p className="dialog-actions">
        {acts && (
          <Button look="main" disabled={busy} onClick={() => void act()}>
            {step.undo === true ? frame.undo : tour.run}
          </Button>
        )}
        {!acts && (
          <Button look="main" onClick={next}>
            {last ? tour.finish : tour.next}
          </Button>
        )}
        {at > 0 && <Button onClick={() => setAt(at - 1)}>{tour.back}</Button>}
        {!last && <Button onClick={onClose}>{tour.skip}</Button>}
      </p>
    </div>
  );
};
