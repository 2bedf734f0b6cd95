import { useId, useState, type KeyboardEvent, type ReactElement } from 'react';
import { useTexts } from '../../i18n/index.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { shortcutText } from '../../ui/shortcut.ts';
import type { Action } from './actions.ts';
import { matching } from './matching.ts';
import './palette.css';

interface Props {
  readonly actions: readonly Action[];
  readonly onClose: () => void;
}

/** Type a few letters of what you want; arrows choose, Enter does it (WAI-ARIA combobox with a list). */
export const Palette = ({ actions, onClose }: Props): ReactElement => {
  const { frame, actions: words } = useTexts();
  const [text, setText] = useState('');
  const [chosen, choose] = useState(0);
  const id = useId();
  const found = matching(
    actions.filter((action) => action.id !== 'palette'),
    text,
  );
  const run = (action: Action | undefined): void => {
    onClose();
    // Behind the dialog's own return of the focus.
    if (action !== undefined) setTimeout(action.run);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };
    const step = steps[event.key];
    if (step !== undefined && found.length > 0) choose((chosen + step + found.length) % found.length);
    else if (event.key === 'Enter') run(found[chosen]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title={frame.palette} onClose={onClose}>
      <input
        className="filter"
        role="combobox"
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={found.length === 0 ? undefined : `${id}-${chosen}`}
        aria-label={words.search}
        placeholder={words.search}
        autoFocus
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          choose(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul id={id} role="listbox" aria-label={frame.palette} className="palette">
        {found.map((action, index) => (
          <li
            key={action.id}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === chosen}
            onClick={() => run(action)}
          >
            {action.label}
            {action.shortcut !== undefined && <kbd className="key-hint">{shortcutText(action.shortcut)}</kbd>}
          </li>
        ))}
      </ul>
    </Dialog>
  );
};
