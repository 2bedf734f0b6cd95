import type { ReactElement } from 'react';
import { fill, useTexts, type Texts } from '../../../i18n/index.ts';
import type { Call } from '../../../kernel/values.ts';
import { useKernel, usePage, usePast } from '../../../store/context.ts';
import { shortNames } from '../../../ui/bytes.ts';
import { Button } from '../../../ui/button.tsx';
import { lastCollection, type LastCollection } from './last-collection.ts';

const textOf = ({ args }: Call): string => shortNames(args.join(' '));

const reasonText = ({ machine }: Texts, because: string): string =>
  machine.because[because as keyof typeof machine.because] ?? because;

const Kept = ({ calls }: { readonly calls: readonly Call[] }): ReactElement => {
  const texts = useTexts();
  return (
    <details>
      <summary>{texts.machine.kept}</summary>
      <ul>
        {calls.map((call, index) => (
          <li key={index} data-step="mark">
            <code>{textOf({ ...call, args: call.args.slice(0, -1) })}</code>:{' '}
            {reasonText(texts, (call.args.at(-1) ?? '').slice(1, -1))}
          </li>
        ))}
      </ul>
    </details>
  );
};

/** How far a round went, and what each step of it did. */
const Round = ({ kept, swept, freed }: LastCollection): ReactElement => {
  const { machine } = useTexts();
  const steps = [...swept, ...freed];
  return (
    <>
      <ol className="rounds">
        <li>
          {machine.phases.mark} {kept.length}
        </li>
        <li>
          {machine.phases.sweep} {swept.length}
        </li>
        <li>
          {machine.phases.remove} {freed.length}
        </li>
      </ol>
      <p>
        {swept.length === 0 ? machine.onlyIt : fill(machine.collected, { kept: kept.length, removed: swept.length })}
      </p>
      <Kept calls={kept} />
      <ul>
        {steps.map((call, index) => (
          <li key={index} data-step={call.name}>
            {fill(machine.steps[call.name as keyof typeof machine.steps], { what: textOf(call) })}
          </li>
        ))}
      </ul>
    </>
  );
};

/** The garbage collector's last round: what was kept and why, and what went. */
export const Collection = (): ReactElement => {
  const { machine } = useTexts();
  const { kernel } = usePage();
  const busy = useKernel((state) => state.busy > 0);
  const last = lastCollection(usePast());
  return (
    <section className="collection" aria-label={machine.collection}>
      <div className="collection-head">
        <h3>{machine.collection}</h3>
        <Button look="line" disabled={busy} onClick={() => void kernel.call('execute', { type: 'gc' })}>
          {machine.collect}
        </Button>
      </div>
      {last === undefined ? <p className="quiet">{machine.notCollected}</p> : <Round {...last} />}
    </section>
  );
};
