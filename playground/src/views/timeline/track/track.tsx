import { useEffect, useRef, type ReactElement } from 'react';
import { fill, useTexts } from '../../../i18n/index.ts';
import type { Entry } from '../../../kernel/values.ts';
import { useKernel, usePage } from '../../../store/context.ts';
import { commandText } from '../../../ui/command-text.ts';
import { Icon } from '../../../ui/icon.tsx';
import { placeEntries } from './lanes.ts';
import './track.css';

const STEP_X = 166;
const STEP_Y = 54;
const CARD = { width: 150, height: 44 } as const;

/** How many things a command did, for the badges. */
const counts = ({ calls }: Entry): { readonly copies: number; readonly hidden: number } => ({
  copies: calls.filter(({ effect }) => effect?.what === 'copy-up').length,
  hidden: calls.filter(({ effect }) => effect?.what === 'whiteout' || effect?.what === 'opaque').length,
});

/** Every command that was ever given, in order; the one whose state is shown is lit. */
export const Track = (): ReactElement => {
  const { timeline } = useTexts();
  const { kernel } = usePage();
  const entries = useKernel((state) => state.entries);
  const at = useKernel(({ moment }) => moment.at);
  const path = useKernel(({ moment }) => moment.path);
  const checkpoints = useKernel(({ moment }) => moment.checkpoints);
  const now = useRef<HTMLButtonElement>(null);
  const placed = placeEntries(entries);
  const byId = new Map(placed.map((each) => [each.entry.id, each]));

  useEffect(() => void now.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' }), [at]);

  const columns = Math.max(...placed.map(({ column }) => column + 1), 1);
  const lanes = Math.max(...placed.map(({ lane }) => lane + 1), 1);
  return (
    <div className="track-scroll">
      <ol className="track" aria-label={timeline.commands} style={{ width: columns * STEP_X, height: lanes * STEP_Y }}>
        <li role="presentation" aria-hidden="true">
          <svg className="track-lines" width={columns * STEP_X} height={lanes * STEP_Y}>
            {placed.map(({ entry, column, lane }) => {
              const parent = byId.get(entry.parent);
              if (parent === undefined) return null;
              const [x1, y1] = [parent.column * STEP_X + CARD.width, parent.lane * STEP_Y + CARD.height / 2];
              const [x2, y2] = [column * STEP_X, lane * STEP_Y + CARD.height / 2];
              const done = path.includes(entry.id);
              return (
                <path key={entry.id} data-done={done} d={`M${x1} ${y1}C${x1 + 9} ${y1} ${x2 - 9} ${y2} ${x2} ${y2}`} />
              );
            })}
          </svg>
        </li>
        {placed.map(({ entry, column, lane }) => {
          const { copies, hidden } = counts(entry);
          const text = commandText(entry.command);
          const names = checkpoints.filter(({ id }) => id === entry.id).map(({ name }) => name);
          const failed = entry.exitCode !== 0;
          return (
            <li key={entry.id} style={{ insetInlineStart: column * STEP_X, top: lane * STEP_Y }}>
              <button
                type="button"
                ref={entry.id === at ? now : undefined}
                className="frame-card"
                data-done={path.includes(entry.id)}
                data-failed={failed}
                aria-current={entry.id === at ? 'step' : undefined}
                title={[text, ...names].join('\n')}
                onClick={() => void kernel.call('seek', entry.id)}
              >
                <span className="frame-text">{text}</span>
                <span className="frame-badges">
                  {names.length + (copies && hidden) === 0 && (
                    <span>{fill(timeline.calls, { n: entry.callCount })}</span>
                  )}
                  {copies > 0 && <b data-mark="changed">{fill(timeline.copies, { n: copies })}</b>}
                  {hidden > 0 && <b data-mark="hidden">{fill(timeline.hidden, { n: hidden })}</b>}
                  {failed && <b data-mark="hidden">{fill(timeline.exit, { n: entry.exitCode })}</b>}
                  {names.map((name) => (
                    <b key={name} className="flag">
                      <Icon name="flag" size={11} />
                      {name}
                    </b>
                  ))}
                </span>
              </button>
            </li>
          );
        })}
      </ol>
    </div>
  );
};
