import { useCallback, useState } from 'react';
import { fill, useTexts } from '../../i18n/index.ts';
import { usePage } from '../../store/context.ts';
import { bytesText } from '../../ui/bytes.ts';
import { PROGRAMS_ARCHIVE } from '../../kernel/session/names.ts';
import { LARGEST_ARCHIVE, openArchive, openImage, type Opened } from './open-image.ts';
import type { SharedLog } from '../share/check-log.ts';
import { logOfFile } from './log-file.ts';

export interface Opening {
  readonly received: SharedLog | undefined;
  receive(log: SharedLog): void;
  /** An image is imported; a log is shown first. */
  openFile(file: File): void;
  chooseFile(): void;
  /** The built-in image with programs. */
  openPrograms(): void;
}

/** Opens what a user hands in, and says what came of it. */
export const useOpening = (): Opening => {
  const { opening } = useTexts();
  const page = usePage();
  const [received, setReceived] = useState<SharedLog>();

  const receive = useCallback(
    (log: SharedLog): void => {
      setReceived(log);
      page.state.set({ dialog: 'shared' });
    },
    [page],
  );

  const tell = useCallback(
    ({ outcome, ...values }: Opened): void =>
      page.state.set({ message: fill(opening[outcome], { limit: bytesText(LARGEST_ARCHIVE), ...values }) }),
    [page, opening],
  );

  const openPrograms = useCallback(
    () => void openArchive(page, PROGRAMS_ARCHIVE, () => Promise.resolve()).then(tell),
    [page, tell],
  );

  const openFile = useCallback(
    (file: File): void => {
      const open = async (): Promise<void> => {
        const log = await logOfFile(file);
        if (log !== undefined) {
          receive(log);
          return;
        }
        tell(await openImage(page, file));
      };
      void open();
    },
    [page, receive, tell],
  );

  const chooseFile = useCallback((): void => {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = '.tar,.gz,.tgz,.zst,.json,application/x-tar,application/gzip,application/json';
    input.addEventListener('change', () => {
      const file = input.files?.[0];
      if (file !== undefined) openFile(file);
    });
    input.click();
  }, [openFile]);

  return { received, receive, openFile, chooseFile, openPrograms };
};
