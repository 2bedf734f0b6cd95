/**
 * What a first visit finds, made when the page is built: the archive of the built-in image, and everything the kernel
 * tells after it was imported and run. The same commands give the same state everywhere, so the page may show it before
 * the kernel is there; the kernel then carries the commands out all the same.
 */
import { demoImage } from '@layerscope/core/demo';
import { FIRST_LOG } from '../frame/first-log.ts';
import { DEMO_ARCHIVE } from './session/names.ts';
import { createSession } from './session/session.ts';
import type { Entry, Moment } from './values.ts';

export interface FirstState {
  readonly moment: Moment;
  /** Those of `FIRST_LOG`, by id; there is none with the id 0. */
  readonly entries: readonly Entry[];
}

export interface FirstVisit extends FirstState {
  readonly archive: Uint8Array;
}

export const firstVisit = async (): Promise<FirstVisit> => {
  const archive = await demoImage();
  const entries: Entry[] = [];
  const session = createSession(
    (notice) => {
      if (notice.type === 'entry') entries.push(notice.entry);
    },
    async (name) => (name === DEMO_ARCHIVE ? new Blob([archive]) : undefined),
  );
  const moment = await session.open(FIRST_LOG);
  return { archive, moment, entries };
};
