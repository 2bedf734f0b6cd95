import { useState, type ReactElement } from 'react';
import { openText, ownText } from '../../editor/learner-file.ts';
import { fill, useTexts } from '../../i18n/index.ts';
import { usePage } from '../../store/context.ts';
import { Button } from '../../ui/button.tsx';
import { commandText } from '../../ui/command-text.ts';
import { Dialog } from '../../ui/dialog.tsx';
import type { SharedLog } from './check-log.ts';
import './share.css';

interface Props {
  readonly log: SharedLog;
  readonly onClose: () => void;
}

const linesOf = (text: string): number => text.trimEnd().split('\n').length;

interface FileProps {
  readonly text: string;
  readonly taken: boolean;
  readonly onChange: (taken: boolean) => void;
}

/** A snapshotter that came with the log: to be read, and to be put into the editor by whoever wants it there. */
const SharedFile = ({ text, taken, onChange }: FileProps): ReactElement => {
  const { sharing } = useTexts();
  const what = fill(sharing.receivedFile, { n: linesOf(text) });
  return (
    <>
      <p>{what}</p>
      <pre className="received" tabIndex={0} role="region" aria-label={what}>
        {text}
      </pre>
      <label className="received-take">
        <input type="checkbox" checked={taken} onChange={(event) => onChange(event.target.checked)} />
        {ownText() === undefined ? sharing.takeFile : sharing.replaceFile}
      </label>
    </>
  );
};

/** What a link or a file brings is shown first, and carried out when the user says so. */
export const SharedDialog = ({ log, onClose }: Props): ReactElement => {
  const { sharing } = useTexts();
  const { kernel, selection } = usePage();
  const { snapshotter, ...commands } = log;
  // What somebody has written is not taken from him by a link.
  const [taken, setTaken] = useState(() => ownText() === undefined);
  const accept = (): void => {
    selection.set({ snapshot: '', path: '', layer: '' });
    if (snapshotter !== undefined && taken) {
      openText(snapshotter);
      selection.set({ view: 'editor' });
    }
    void kernel.call('open', commands);
    onClose();
  };
  return (
    <Dialog title={sharing.received} onClose={onClose}>
      <p>{fill(sharing.receivedHint, { n: commands.commands.length })}</p>
      <ol className="received" tabIndex={0} aria-label={sharing.received}>
        {commands.commands.map(({ command }, index) => (
          <li key={index}>
            <code>{commandText(command)}</code>
          </li>
        ))}
      </ol>
      {snapshotter !== undefined && <SharedFile text={snapshotter} taken={taken} onChange={setTaken} />}
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
