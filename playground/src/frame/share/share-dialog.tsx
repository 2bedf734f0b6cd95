import { useState, type ReactElement } from 'react';
import { fill, useTexts } from '../../i18n/index.ts';
import { usePage } from '../../store/context.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { logFile } from '../export/documents.ts';
import { saveFile } from '../export/save.ts';
import { archivesOf } from '../keep/kept.ts';
import { hashOf, LONGEST_LINK } from './link.ts';
import { sharedLog } from './shared-log.ts';
import './share.css';

/** The history as an address: nothing is stored anywhere else. */
export const ShareDialog = ({ onClose }: { readonly onClose: () => void }): ReactElement => {
  const { frame, files, sharing } = useTexts();
  const { kernel } = usePage();
  const [copied, setCopied] = useState(false);
  const log = sharedLog(kernel);
  const { origin, pathname } = location;
  const link = origin + pathname + hashOf(log);
  const archives = archivesOf(log);
  const tooLong = link.length > LONGEST_LINK;
  return (
    <Dialog title={frame.share} onClose={onClose}>
      <p>{sharing.hint}</p>
      {log.snapshotter !== undefined && <p>{sharing.withFile}</p>}
      <label className="field">
        {fill(sharing.length, { n: link.length })}
        <textarea readOnly rows={4} value={link} onFocus={(event) => event.target.select()} />
      </label>
      {tooLong && <p className="error-text">{fill(sharing.tooLong, { n: LONGEST_LINK })}</p>}
      {archives.length > 0 && <p>{fill(sharing.archives, { names: archives.join(', ') })}</p>}
      <p className="dialog-actions">
        <Button
          look={tooLong ? 'line' : 'main'}
          onClick={() => {
            history.replaceState(undefined, '', link);
            void navigator.clipboard.writeText(link).then(() => setCopied(true));
          }}
        >
          {copied ? files.copied : sharing.copy}
        </Button>
        <Button
          look={tooLong ? 'main' : 'line'}
          onClick={() => saveFile('layerscope-log.json', 'application/json', logFile(log))}
        >
          {sharing.file}
        </Button>
      </p>
    </Dialog>
  );
};
