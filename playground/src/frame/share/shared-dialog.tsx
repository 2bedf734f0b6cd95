import type { ReactElement } from 'react';
import { fill, useTexts } from '../../i18n/index.ts';
import type { KeptLog } from '../../kernel/api.ts';
import { usePage } from '../../store/context.ts';
import { Button } from '../../ui/button.tsx';
import { commandText } from '../../ui/command-text.ts';
import { Dialog } from '../../ui/dialog.tsx';

interface Props {
  readonly log: KeptLog;
  readonly onClose: () => void;
}

/** What a link or a file brings is shown first, and carried out when the user says so. */
export const SharedDialog = ({ log, onClose }: Props): ReactElement => {
  const { sharing } = useTexts();
  const { kernel, selection } = usePage();
  const accept = (): void => {
    selection.set({ snapshot: '', path: '', layer: '' });
    void kernel.call('open', log);
    onClose();
  };
  return (
    <Dialog title={sharing.received} onClose={onClose}>
      <p>{fill(sharing.receivedHint, { n: log.commands.length })}</p>
      <ol className="received" tabIndex={0} aria-label={sharing.received}>
        {log.commands.map(({ command }, index) => (
          <li key={index}>
            <code>{commandText(command)}</code>
          </li>
        ))}
      </ol>
      <p className="dialog-actions">
        <Button look="main" onClick={accept}>
          {sharing.carryOut}
        </Button>
        <Button look="line" onClick={onClose}>
          {sharing.notNow}
        </Button>
      </p>
    </Dialog>
  );
};
