/** A session at the prompt, apart from where lines come from and text goes. */
import { writeFile } from 'node:fs/promises';
import { recordScenario, scenarioText, type Scenario } from '@layerscope/core/scenarios';
import {
  InterruptedError,
  type CommandStreams,
  type Entry,
  type History,
  type HistoryCommand,
} from '@layerscope/core/sandbox';
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
  /** Does what a line says; answers `false` when it ends the session. `io` is a terminal, for what the line runs. */
  line(text: string, io?: CommandStreams): Promise<boolean>;
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

/** 128 and SIGINT. */
const INTERRUPTED = 130;

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

  /** At a terminal output is shown as it comes; what does not come that way is shown at the end. */
  const execute = async (command: HistoryCommand, io: CommandStreams | undefined): Promise<Entry> => {
    const shown = { stdout: false, stderr: false };
    const show = (
      name: 'stdout' | 'stderr',
      print: (bytes: Uint8Array) => void,
    ): { write(bytes: Uint8Array): void } => ({
      write: (bytes) => {
        shown[name] = true;
        print(bytes.slice());
      },
    });
    const attached = io === undefined ? undefined : { ...io, stdout: show('stdout', out), stderr: show('stderr', err) };
    const entry = await history.execute(command, attached);
    if (!shown.stdout) out(entry.result.stdout);
    if (!shown.stderr) err(entry.result.stderr);
    return entry;
  };

  const perform = async (text: string, io: CommandStreams | undefined): Promise<boolean> => {
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
        const { result, events } = await execute(action.command, io);
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
    line: async (text, io) => {
      try {
        return await perform(text, io);
      } catch (error) {
        if (error instanceof InterruptedError) {
          exitCode = INTERRUPTED;
          out(paint('dim', `interrupted, and taken back: at ${history.at}\n`));
          return true;
        }
        err(`${error instanceof Error ? error.message : String(error)}\n`);
        exitCode = 1;
        return true;
      }
    },
    save,
  };
};
