import { useState, type ReactElement } from 'react';
import { fill, useTexts } from '../../i18n/index.ts';
import { useKernel, usePage, usePast, useSelection } from '../../store/context.ts';
import { RemoteError } from '../../kernel/rpc.ts';
import { bytesText, shortName } from '../../ui/bytes.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { sharedLog } from '../share/shared-log.ts';
import { eventLog, logFile, markdownReport, vitestFile } from './documents.ts';
import { saveFile } from './save.ts';
import './export.css';

const fileName = (name: string): string => shortName(name).replace(/[^\w.-]+/g, '-');

/** What the kernel refuses to make one piece of: a sparse file of gigabytes is written out in full. Bytes. */
const LARGEST = 1 << 30;

/** Everything that is seen can be taken away as a file. */
export const ExportDialog = ({ onClose }: { readonly onClose: () => void }): ReactElement => {
  const { frame, files } = useTexts();
  const { kernel, state } = usePage();
  const past = usePast();
  const moment = useKernel((simulated) => simulated.moment);
  const snapshot = useSelection((selected) => (selected.layer === '' ? selected.snapshot : selected.layer));
  const [copied, setCopied] = useState(false);
  const saveScenario = async (): Promise<void> =>
    saveFile('scenario.json', 'application/json', await kernel.call('scenario', undefined));
  const saveBytes = async (name: string, bytes: Promise<Uint8Array>): Promise<void> => {
    try {
      saveFile(name, 'application/x-tar', (await bytes) as Uint8Array<ArrayBuffer>);
    } catch (error) {
      const isLarge = error instanceof RemoteError && error.code === 'EFBIG';
      const message = isLarge
        ? fill(files.tooLarge, { limit: bytesText(LARGEST) })
        : fill(files.failed, { why: error instanceof Error ? error.message : String(error) });
      state.set({ message });
      onClose();
    }
  };
  const log = (): string => logFile(sharedLog(kernel));
  return (
    <Dialog title={frame.export} onClose={onClose}>
      <ul className="exports">
        {snapshot !== '' && (
          <li>
            <Button
              look="line"
              onClick={() => void saveBytes(`${fileName(snapshot)}.tar`, kernel.call('layerTar', snapshot))}
            >
              {files.layer}
            </Button>
            <span className="quiet">{fill(files.layerHint, { name: shortName(snapshot) })}</span>
          </li>
        )}
        {moment.images.map(({ name }) => (
          <li key={name}>
            <Button look="line" onClick={() => void saveBytes('image.tar', kernel.call('imageArchive', name))}>
              {files.image}
            </Button>
            <span className="quiet">{fill(files.imageHint, { name })}</span>
          </li>
        ))}
        <li>
          <Button look="line" onClick={() => saveFile('layerscope-log.json', 'application/json', log())}>
            {files.log}
          </Button>
          <span className="quiet">{files.logHint}</span>
        </li>
        <li>
          <Button look="line" onClick={() => void saveScenario()}>
            {files.scenario}
          </Button>
          <span className="quiet">{files.scenarioHint}</span>
        </li>
        <li>
          <Button look="line" onClick={() => saveFile('layerscope-events.json', 'application/json', eventLog(past))}>
            {files.events}
          </Button>
          <span className="quiet">{files.eventsHint}</span>
        </li>
        <li>
          <Button look="line" onClick={() => saveFile('report.md', 'text/markdown', markdownReport(past, moment))}>
            {files.report}
          </Button>
          <Button
            onClick={() => void navigator.clipboard.writeText(markdownReport(past, moment)).then(() => setCopied(true))}
          >
            {copied ? files.copied : files.copy}
          </Button>
          <span className="quiet">{files.reportHint}</span>
        </li>
        <li>
          <Button look="line" onClick={() => saveFile('layerscope.test.ts', 'text/plain', vitestFile(past, moment))}>
            {files.test}
          </Button>
          <span className="quiet">{files.testHint}</span>
        </li>
      </ul>
    </Dialog>
  );
};
