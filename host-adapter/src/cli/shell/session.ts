/** A session at the prompt, apart from where lines come from and text goes. */
import { writeFile } from 'node:fs/promises';
import { recordScenario, scenarioText, type Scenario } from '@layerscope/core/scenarios';
import type { Entry, History } from '@layerscope/core/sandbox';
import type { Paint } from '../render/colour.ts';
import { readLine } from './read-line.ts';
import { renderDifferences, renderEvents, renderHelp, renderLog } from './render-history.ts';

export interface SessionOptions {
  readonly history: History;
  /** The archives and the machine, for a recorded scenario. */
  readonly setting: Pick<Scenario, 'blobs' | 'machine'>;
  readonly out: (text: string | Uint8Array) => void;
  readonly err: (text: string | Uint8Array) => void;
  readonly paint: Paint;
}

export interface Session {
  /** What stands before the next line. */
  prompt(): string;
  /** Does what a line says; answers `false` when it ends the session. */
  line(text: string): Promise<boolean>;
  /** Writes what was done as a scenario. */
  save(file: string): Promise<void>;
  /** Exit code of the last command. */
  readonly exitCode: number;
}

const idOf = (file: string): string =>
  file
    .replace(/^.*\//, '')
    .replace(/\.\w+$/, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '') || 'session';

export const createSession = ({ history, setting, out, err, paint }: SessionOptions): Session => {
  let container: string | undefined;
  let exitCode = 0;

  const place = (word: string): number => {
    const id = history.checkpoints.get(word) ?? (/^\d+$/.test(word) ? Number(word) : -1);
    if (id < 0 || id >= history.entries.length)
      throw new RangeError(`there is no command ${word}, and no checkpoint of that name: log shows what there is`);
    return id;
  };
  const entryOf = (word: string | undefined): Entry =>
    history.entries[word === undefined ? history.at : place(word)] as Entry;
  const arrived = (): void => out(paint('dim', `at ${history.at}\n`));

  const save = async (file: string): Promise<void> => {
    const id = idOf(file);
    await writeFile(file, scenarioText(recordScenario(history, { id, title: id, ...setting })));
  };

  const perform = async (text: string): Promise<boolean> => {
    const action = readLine(text, container);
    switch (action.type) {
      case 'nothing':
        return true;
      case 'exit': {
        const wasInside = container !== undefined;
        container = undefined;
        return wasInside;
      }
      case 'wrong':
        err(`${action.message}\n`);
        return true;
      case 'help':
        out(renderHelp());
        return true;
      case 'log':
        out(renderLog(history, paint));
        return true;
      case 'undo':
      case 'redo':
        if (await history[action.type]()) arrived();
        else err(`there is nothing to ${action.type}\n`);
        return true;
      case 'seek':
        await history.seek(place(action.to));
        arrived();
        return true;
      case 'checkpoint':
        await history.checkpoint(action.name);
        return true;
      case 'compare': {
        const to = entryOf(action.to);
        const from = action.from === undefined ? to.parent : place(action.from);
        out(renderDifferences(await history.differences(from, to.id), paint));
        return true;
      }
      case 'events':
        out(renderEvents(entryOf(action.of).events));
        return true;
      case 'enter':
        container = action.container;
        return true;
      case 'save':
        await save(action.file);
        out(paint('dim', `written: ${action.file}. Play it: layerscope play ${action.file}\n`));
        return true;
      case 'command': {
        const { result, events } = await history.execute(action.command);
        out(result.stdout);
        err(result.stderr);
        exitCode = result.exitCode;
        if (events.some(({ type }) => type === 'power-cut')) {
          container = undefined;
          out(
            renderEvents(events.filter(({ type }) => type === 'power-cut' || type === 'lost' || type === 'restarted')),
          );
        }
        return true;
      }
    }
  };

  return {
    get exitCode() {
      return exitCode;
    },
    prompt: () => paint('bold', container === undefined ? `node ${history.at}# ` : `${container} ${history.at}# `),
    line: async (text) => {
      try {
        return await perform(text);
      } catch (error) {
        err(`${error instanceof Error ? error.message : String(error)}\n`);
        exitCode = 1;
        return true;
      }
    },
    save,
  };
};
