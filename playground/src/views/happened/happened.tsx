import type { ReactElement } from 'react';
import { fill, useTexts, type Texts } from '../../i18n/index.ts';
import { useKernel, usePage } from '../../store/context.ts';
import { towards } from '../../store/selection.ts';
import { bytesText, shortName } from '../../ui/bytes.ts';
import { commandText } from '../../ui/command-text.ts';
import { narrate, type Happening } from './narrate.ts';
import './happened.css';

/** More is in the timeline. */
const SHOWN = 3;

export const happeningText = ({ happened }: Texts, happening: Happening): string => {
  const { tell, ...values } = happening;
  if (happening.tell === 'copiedUp')
    return fill(happened.copiedUp, { path: happening.path, bytes: bytesText(happening.bytes) });
  if (happening.tell === 'hid' && happening.more > 0) return fill(happened.hidMore, { ...happening });
  const short = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'string' ? shortName(value) : value,
  ]);
  return fill(happened[tell], Object.fromEntries(short) as Readonly<Record<string, string | number>>);
};

/** The last command at the present moment, told in sentences. A change of it is read out. */
export const Happened = (): ReactElement | null => {
  const texts = useTexts();
  const { selection } = usePage();
  const entry = useKernel(({ entries, moment }) => entries[moment.at]);
  if (entry === undefined) return null;
  const told = narrate(entry).slice(0, SHOWN);
  return (
    <section className="happened" aria-label={texts.happened.title} aria-live="polite" data-index={entry.id}>
      <p className="happened-command">
        <code>{commandText(entry.command)}</code>
      </p>
      <ul>
        {told.map((happening, index) => (
          <li key={index} data-tell={happening.tell}>
            {happeningText(texts, happening)}
            {'path' in happening && (
              <button
                type="button"
                className="link"
                onClick={() => selection.set(towards(happening.path, selection.get()))}
              >
                {fill(texts.happened.show, { path: happening.path })}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
};
