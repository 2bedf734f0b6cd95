/** What the entries of a history say of the present moment, as values. */
import type { Entry as HistoryEntry, History } from '@layerscope/core/sandbox';
import { callsOf, type Uppers } from './recorder.ts';
import type { Effect, Entry } from '../values.ts';

/** Output in the log is for reading: what is longer is cut. */
const OUTPUT_LIMIT = 4096;

/** More calls are not sent: nobody reads them, and a loop in a program makes millions. */
const CALLS_LIMIT = 5000;

const decoder = new TextDecoder();

const textOf = (bytes: Uint8Array): string => decoder.decode(bytes.subarray(0, OUTPUT_LIMIT));

export interface Past {
  /** The entry as the page gets it. */
  tell(entry: HistoryEntry): Entry;
  /** What overlays did to an upper directory on the way to the present, oldest first. */
  effectsOn(history: History, upper: string): readonly Effect[];
}

export const createPast = (): Past => {
  const uppersAfter = new Map<number, Uppers>();
  const told = new Map<number, Entry>();
  return {
    tell: ({ id, parent, command, result, events }) => {
      const { calls, uppers } = callsOf(events, uppersAfter.get(parent) ?? new Map());
      uppersAfter.set(id, uppers);
      const { exitCode, stdout, stderr } = result;
      const entry: Entry = {
        id,
        parent,
        command,
        calls: calls.slice(0, CALLS_LIMIT),
        callCount: calls.length,
        exitCode,
        stdout: textOf(stdout),
        stderr: textOf(stderr),
      };
      told.set(id, entry);
      return entry;
    },
    effectsOn: (history, upper) =>
      history
        .path()
        .flatMap(({ id }) => told.get(id)?.calls ?? [])
        .flatMap(({ effect }) => (effect?.upper === upper ? [effect] : [])),
  };
};
