import { useEffect, useRef, useState, type ReactElement } from 'react';
import { fill, useTexts } from '../../../i18n/index.ts';
import type { CallFloor, Entry } from '../../../kernel/values.ts';
import { usePage } from '../../../store/context.ts';
import { towards } from '../../../store/selection.ts';
import { shortNames } from '../../../ui/bytes.ts';
import { Button } from '../../../ui/button.tsx';
import { floorsOf } from './floors.ts';
import './calls.css';

/** More are shown on demand: an image of many layers makes thousands. */
const PAGE = 200;

interface Props {
  readonly entry: Entry;
  /** The call the playback stands at; -1 = all are done. */
  readonly cursor: number;
}

/** Everything that happened inside a command, in order. */
export const Calls = ({ entry, cursor }: Props): ReactElement => {
  const { timeline } = useTexts();
  const { selection } = usePage();
  const [hidden, hide] = useState<ReadonlySet<CallFloor>>(new Set(['event', 'backend']));
  const [limit, setLimit] = useState(PAGE);
  const here = useRef<HTMLLIElement>(null);
  useEffect(() => setLimit(PAGE), [entry.id]);
  useEffect(() => void here.current?.scrollIntoView({ block: 'nearest' }), [cursor]);

  const shown = entry.calls.map((call, index) => ({ call, index })).filter(({ call }) => !hidden.has(call.floor));
  const toggle = (floor: CallFloor): void => {
    const next = new Set(hidden);
    if (!next.delete(floor)) next.add(floor);
    hide(next);
  };
  return (
    <div className="calls">
      <p className="toggles calls-bar" role="group" aria-label={timeline.floorsLabel}>
        {floorsOf(entry.calls).map(({ floor, count }) => (
          <button
            key={floor}
            type="button"
            className="toggle"
            aria-pressed={!hidden.has(floor)}
            title={timeline.floorHints[floor]}
            onClick={() => toggle(floor)}
          >
            <span className="floor" data-floor={floor}>
              {timeline.floors[floor]} {count}
            </span>
          </button>
        ))}
      </p>
      <ol className="call-list" aria-label={timeline.insideLabel}>
        {shown.slice(0, limit).map(({ call, index }) => (
          <li
            key={index}
            ref={index === cursor ? here : undefined}
            className="call"
            data-floor={call.floor}
            data-todo={cursor >= 0 && index > cursor}
            aria-current={index === cursor ? 'step' : undefined}
          >
            <span className="floor" data-floor={call.floor}>
              {timeline.floors[call.floor]}
            </span>
            <span className="call-text">
              <code>
                <b>{call.name}</b> {shortNames(call.args.join(' '))}
              </code>
              {call.result !== undefined && <code className="quiet"> = {call.result}</code>}
              {call.error !== undefined && <span className="error-text"> {call.error}</span>}
              {call.effect !== undefined && (
                <button
                  type="button"
                  className="link"
                  onClick={() => selection.set(towards(call.effect?.path ?? '', selection.get()))}
                >
                  {timeline.why}
                </button>
              )}
            </span>
          </li>
        ))}
      </ol>
      {entry.callCount > entry.calls.length && (
        <p className="quiet">{fill(timeline.cut, { n: entry.calls.length, of: entry.callCount })}</p>
      )}
      {shown.length > limit && (
        <Button look="line" onClick={() => setLimit(limit + 5 * PAGE)}>
          {fill(timeline.more, { n: shown.length - limit })}
        </Button>
      )}
    </div>
  );
};
