/**
 * What was typed and what came of it. Both screens (xterm, and the transcript for readers) show this and nothing else;
 * what other parts of the page ask of the node stands in it, too.
 */
import type { Command, Entry } from '../kernel/values.ts';
import type { KernelClient } from '../store/kernel-client.ts';
import { createStore, type Store } from '../store/store.ts';
import { commandText } from '../ui/command-text.ts';
import { commandOf, wantsMore } from './line/index.ts';
import { createSanitizer, type Sanitizer } from './screen/sanitize.ts';

export interface Run {
  readonly id: number;
  readonly prompt: string;
  readonly line: string;
  /** Sanitized; both streams, one after the other. */
  readonly output: string;
  /** Absent while it runs. */
  readonly exitCode?: number;
}

/** The history was gone back or forward in: what stands above may not be so any more. */
export interface Moved {
  readonly id: number;
  /** The command whose state is shown now; `''` = the beginning. */
  readonly after: string;
}

export type TerminalLine = Run | Moved;

export const isRun = (line: TerminalLine): line is Run => 'line' in line;

export interface TerminalState {
  readonly lines: readonly TerminalLine[];
  /** The container that lines go to; `''` = the machine itself. */
  readonly target: string;
  /** Lines that want more. */
  readonly pending: string;
  readonly running: boolean;
}

export interface TerminalSession {
  readonly state: Store<TerminalState>;
  prompt(): string;
  /** The directory that names begin in. */
  cwd(): string;
  /**
   * `help` is what the word `help` prints. Answers when the line is done, with the keys that nothing has read. A line
   * that comes while another runs is typed to that.
   */
  submit(line: string, help: string): Promise<string>;
  /** Keys for what runs, as a terminal sends them. Answers them when it has ended meanwhile. */
  type(keys: string): Promise<string>;
  /** ^C: ends what runs, or gives up the line. */
  interrupt(line: string): Promise<void>;
  /** ^D on an empty line, and `exit`: out of the container. */
  leave(): void;
  choose(target: string): void;
  clear(): void;
  close(): void;
}

/** What is kept of one run's output: far more than anybody reads. */
const OUTPUT_LIMIT = 256 * 1024;
const KEPT_LINES = 400;
/** As a shell tells of a program that SIGINT ended. */
const INTERRUPTED = 130;
const INTERRUPT = '\x03';
/** What computes without a pause hears no ^C: after this long its kernel is ended, in milliseconds. */
const PATIENCE = 500;

/** Output comes in many small pieces; the screen gets it at most this often, in milliseconds. */
const PAUSE = 40;

/** The line that is running. */
interface Own {
  readonly id: number;
  readonly text: string;
  readonly clean: Sanitizer;
  readonly decoder: TextDecoder;
  readonly isShown: boolean;
  output: string;
  entry?: number;
  timer?: ReturnType<typeof setTimeout> | undefined;
}

/** A command as it was typed, without what was typed to it: that is kept in the log, too. */
const asTyped = (command: Command): string => {
  const { stdin: _stdin, interrupt: _interrupt, ...typed } = { stdin: '', interrupt: 0, ...command };
  return JSON.stringify(typed);
};

const cut = (output: string): string =>
  output.length <= OUTPUT_LIMIT ? output : `${output.slice(0, OUTPUT_LIMIT)}\n…\n`;

const outputOf = ({ stdout, stderr }: Entry): string => {
  const clean = createSanitizer();
  return cut(clean.push(stdout) + clean.push(stderr));
};

export const createTerminalSession = (kernel: KernelClient): TerminalSession => {
  const state = createStore<TerminalState>({ lines: [], target: '', pending: '', running: false });
  const directories = new Map<string, string>();
  let lastId = 0;
  let isChosen = false;
  let isInterrupted = false;
  let own: Own | undefined;

  const newId = (): number => (lastId += 1);
  const append = (line: TerminalLine): void => state.set({ lines: [...state.get().lines, line].slice(-KEPT_LINES) });
  const print = (id: number, output: string): void =>
    state.set({
      lines: state.get().lines.map((line) => (line.id === id && isRun(line) ? { ...line, output } : line)),
    });
  const end = (id: number, output: string, exitCode: number): void =>
    state.set({
      lines: state.get().lines.map((line) => (line.id === id && isRun(line) ? { ...line, output, exitCode } : line)),
    });

  const cwdOf = (target: string): string => directories.get(target) ?? '/';
  const promptOf = (target: string): string => (target === '' ? 'root@node:/# ' : `root@${target}:${cwdOf(target)}# `);

  const show = (entry: Entry): void => {
    const { command, exitCode } = entry;
    const target = command.type === 'exec' ? command.container : '';
    append({ id: newId(), prompt: promptOf(target), line: commandText(command), output: outputOf(entry), exitCode });
  };

  /** The commands that stand here already and what came of them, by entry. */
  let shown: readonly string[] = [];
  let before = { entries: [] as readonly (Entry | undefined)[], at: 0, moment: kernel.state.get().moment };
  /** The log was opened anew: after a restart with the same commands, for a lesson with others. */
  let isReopened = false;

  const watch = (): void => {
    const { moment, entries: all } = kernel.state.get();
    // There is none with the number 0.
    const entries: typeof before.entries = all;
    const { at, containers } = moment;
    const last = before;
    before = { entries, at, moment };
    if (entries.length === 0 && last.entries.length > 0) isReopened = true;
    if (isReopened && (moment === last.moment || entries.length === 0)) return;
    // On another snapshotter the same commands may have another end.
    const commands = entries.map((entry) =>
      JSON.stringify(entry && [entry.command, entry.exitCode, entry.stdout, entry.stderr]),
    );
    const isSame = !isReopened || commands.join('\n') === shown.join('\n');
    if (!isSame) {
      directories.clear();
      isChosen = false;
      shown = [];
      state.set({ lines: [], pending: '', target: '' });
    }
    const isMove = !isReopened && at !== last.at && entries.length === shown.length;
    const fresh = entries.slice(shown.length);
    shown = commands;
    isReopened = false;
    for (const entry of fresh) {
      if (entry === undefined || entry.id === 0) continue;
      if (own !== undefined && own.text === asTyped(entry.command)) own.entry = entry.id;
      else show(entry);
    }
    // A command leads to the moment after it: that is no going back.
    const entry = entries[at];
    if (isMove && at !== own?.entry && at !== entries.length - 1)
      append({ id: newId(), after: entry === undefined || at === 0 ? '' : commandText(entry.command) });
    const { target } = state.get();
    const ids = containers.map(({ id }) => id);
    if (target !== '' && !ids.includes(target)) state.set({ target: '' });
    else if (!isChosen && target === '' && ids.length > 0) state.set({ target: ids.at(-1) ?? '' });
  };
  const stopWatching = kernel.state.subscribe(watch);
  watch();

  // An entry keeps the beginning of what was printed; the terminal shows all of it, as it comes.
  const stopListening = kernel.onOutput((_, bytes) => {
    const line = own;
    if (line === undefined || line.output.length > OUTPUT_LIMIT) return;
    line.output += line.clean.push(line.decoder.decode(bytes, { stream: true }));
    if (line.isShown)
      line.timer ??= setTimeout(() => {
        line.timer = undefined;
        if (own === line) print(line.id, cut(line.output));
      }, PAUSE);
  });

  const carryOut = async (line: string, id: number): Promise<string> => {
    const { target } = state.get();
    const { command, changesDirectory } = commandOf(line, target, cwdOf(target));
    const text = asTyped(command);
    const [clean, decoder] = [createSanitizer(), new TextDecoder()];
    const running: Own = { id, text, clean, decoder, isShown: !changesDirectory, output: '' };
    own = running;
    isInterrupted = false;
    state.set({ running: true });
    try {
      const { entry, left } = await kernel.call('attend', command);
      const isThere = changesDirectory && entry.exitCode === 0;
      if (isThere) directories.set(target, entry.stdout.trimEnd());
      // What went wrong is not cut off with the rest.
      const complaint = running.output.length > OUTPUT_LIMIT ? outputOf({ ...entry, stdout: '' }) : '';
      end(id, isThere ? '' : cut(running.output) + complaint, entry.exitCode);
      return left;
    } catch (error) {
      // Taken back by ^C, or the kernel was ended under it: by ^C, too, or by what it did.
      const output = cut(running.output);
      const interrupted = output.endsWith('^C\n') ? output : `${output}^C\n`;
      end(id, isInterrupted ? interrupted : `${error instanceof Error ? error.message : String(error)}\n`, INTERRUPTED);
      return '';
    } finally {
      own = undefined;
      state.set({ running: false });
    }
  };

  // A kernel that was ended has heard nothing.
  const type = (keys: string): Promise<string> => kernel.call('type', keys).catch(() => keys);

  const leave = (): void => {
    isChosen = true;
    state.set({ target: '' });
  };

  return {
    state,
    prompt: () => (state.get().pending === '' ? promptOf(state.get().target) : '> '),
    cwd: () => cwdOf(state.get().target),
    type,
    submit: async (typed, help) => {
      const { pending, target, running } = state.get();
      if (running) return type(`${typed}\r`);
      const line = pending + typed;
      if (wantsMore(line)) {
        state.set({ pending: `${line}\n` });
        return '';
      }
      state.set({ pending: '' });
      const word = line.trim();
      if (word === 'clear') {
        state.set({ lines: [] });
        return '';
      }
      const id = newId();
      const isAnswered = ['', 'help', 'exit'].includes(word) || word.startsWith('#');
      const output = word === 'help' ? help : '';
      append({ id, prompt: promptOf(target), line, output, ...(isAnswered ? { exitCode: 0 } : {}) });
      if (word === 'exit') leave();
      return isAnswered ? '' : carryOut(line, id);
    },
    interrupt: async (typed) => {
      const { running, pending, target } = state.get();
      if (running) {
        isInterrupted = true;
        const line = own;
        void type(INTERRUPT);
        await new Promise((resolve) => setTimeout(resolve, PATIENCE));
        if (own === line && line !== undefined) await kernel.restart();
        return;
      }
      append({
        id: newId(),
        prompt: promptOf(target),
        line: `${pending}${typed}^C`,
        output: '',
        exitCode: INTERRUPTED,
      });
      state.set({ pending: '' });
    },
    leave,
    choose: (target) => {
      isChosen = true;
      state.set({ target });
    },
    clear: () => state.set({ lines: [] }),
    close: () => {
      stopListening();
      stopWatching();
    },
  };
};
