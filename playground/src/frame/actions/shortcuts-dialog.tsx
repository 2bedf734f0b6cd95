import type { ReactElement } from 'react';
import { useTexts } from '../../i18n/index.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { shortcutText } from '../../ui/shortcut.ts';
import type { Action } from './actions.ts';

interface Props {
  readonly actions: readonly Action[];
  readonly onClose: () => void;
}

export const ShortcutsDialog = ({ actions, onClose }: Props): ReactElement => {
  const { actions: words } = useTexts();
  return (
    <Dialog title={words.shortcuts} onClose={onClose}>
      <dl className="shortcuts">
        {actions
          .filter(({ shortcut }) => shortcut !== undefined)
          .map(({ id, label, shortcut = '' }) => (
            <div key={id}>
              <dt>{label}</dt>
              <dd>
                <kbd className="key-hint">{shortcutText(shortcut)}</kbd>
              </dd>
            </div>
          ))}
      </dl>
    </Dialog>
  );
};
