/** xterm as a screen of a terminal session: shows its lines, and edits the next one below them. */
import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import {
  complete,
  edited,
  emptyLine,
  insert,
  keysOf,
  rawKey,
  submitted,
  type Candidates,
  type Key,
  type Line,
} from '../line/index.ts';
import { isRun, type TerminalLine, type TerminalSession } from '../session.ts';
import { columnsOf } from './width.ts';

export interface ScreenTexts {
  readonly label: string;
  readonly help: string;
  /** `{command}` is what the state stands after. */
  readonly movedTo: (after: string) => string;
}

export interface ScreenOptions {
  readonly session: TerminalSession;
  readonly candidates: Candidates;
  readonly texts: ScreenTexts;
  readonly dark: boolean;
}

export interface Screen {
  setDark(dark: boolean): void;
  focus(): void;
  dispose(): void;
}

const THEMES = {
  light: { background: '#fffdf9', foreground: '#1c2630', cursor: '#0a56a3', selectionBackground: '#bcd6f1' },
  dark: { background: '#151d26', foreground: '#e4ebf2', cursor: '#74b9ff', selectionBackground: '#2c4b6b' },
} as const;

const DIM = '\x1b[2m';
const PROMPT = '\x1b[1;34m';
const FAILED = '\x1b[31m';
const RESET = '\x1b[0m';

/** A terminal goes to the next line where it stands; text begins anew at its left. */
const returned = (text: string): string => text.replaceAll(/\r?\n/g, '\r\n');

export const openScreen = (place: HTMLElement, { session, candidates, texts, dark }: ScreenOptions): Screen => {
  const terminal = new Terminal({
    fontFamily: "ui-monospace, 'SF Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace",
    fontSize: 13,
    lineHeight: 1.2,
    cursorBlink: false,
    scrollback: 5000,
    convertEol: false,
    theme: THEMES[dark ? 'dark' : 'light'],
    minimumContrastRatio: 4.5,
    // A link is what a program claims it is: none is ever made.
    linkHandler: null,
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.open(place);
  terminal.textarea?.setAttribute('aria-label', texts.label);
  const fitNow = (): void => {
    if (place.clientWidth > 0) fit.fit();
  };
  fitNow();

  let line: Line = emptyLine();
  /** Rows between the prompt's first row and the cursor's. */
  let rowsBelow = 0;
  let isDrawn = false;
  /** What of the session is on the screen: its lines, and how much of the last one. */
  let printed: { readonly id: number; readonly length: number; readonly isDone: boolean } | undefined;

  const erase = (): void => {
    if (!isDrawn) return;
    terminal.write(`${rowsBelow > 0 ? `\x1b[${rowsBelow}A` : ''}\r\x1b[J`);
    isDrawn = false;
  };

  const draw = (): void => {
    erase();
    if (session.state.get().running) return;
    const prompt = session.prompt();
    const width = terminal.cols;
    const all = columnsOf(prompt + line.text);
    const here = columnsOf(prompt + line.text.slice(0, line.cursor));
    // A full row leaves the cursor on it until something follows.
    const fill = all > 0 && all % width === 0 ? ' \b' : '';
    const up = Math.floor(all / width) - Math.floor(here / width);
    terminal.write(
      `${PROMPT}${prompt}${RESET}${line.text}${fill}${up > 0 ? `\x1b[${up}A` : ''}\r${here % width > 0 ? `\x1b[${here % width}C` : ''}`,
    );
    rowsBelow = Math.floor(here / width);
    isDrawn = true;
  };

  const print = (each: TerminalLine): void => {
    if (!isRun(each)) {
      if (printed?.id !== each.id) terminal.write(`${DIM}${texts.movedTo(each.after)}${RESET}\r\n`);
      printed = { id: each.id, length: 0, isDone: true };
      return;
    }
    const isNew = printed?.id !== each.id;
    if (isNew) terminal.write(`${PROMPT}${each.prompt}${RESET}${returned(each.line.replaceAll('\n', '\n> '))}\r\n`);
    const output = each.output.slice(isNew ? 0 : printed?.length);
    terminal.write(returned(output) + RESET);
    const isDone = each.exitCode !== undefined;
    if (isDone && each.output !== '' && !each.output.endsWith('\n')) terminal.write('\r\n');
    if (isDone && each.exitCode !== 0 && each.output === '') terminal.write(`${FAILED}[${each.exitCode}]${RESET}\r\n`);
    printed = { id: each.id, length: each.output.length, isDone };
  };

  const refresh = (): void => {
    const { lines } = session.state.get();
    const last = printed;
    if (lines.length === 0 && last !== undefined) {
      terminal.reset();
      isDrawn = false;
      printed = undefined;
    }
    erase();
    for (const each of lines) {
      if (last !== undefined && (each.id < last.id || (each.id === last.id && last.isDone))) continue;
      print(each);
    }
    draw();
  };

  const choose = async (): Promise<void> => {
    const { insert: text, choices } = await complete(line.text.slice(0, line.cursor), session.cwd(), candidates);
    if (text !== '') line = insert(line, text);
    else if (choices.length > 0) {
      erase();
      terminal.write(`${PROMPT}${session.prompt()}${RESET}${returned(line.text)}\r\n${choices.join('  ')}\r\n`);
    }
    draw();
  };

  /** For the line that is edited. */
  const edit = (key: Key): void => {
    if (key.type === 'clear') return session.clear();
    if (key.type === 'end-of-file') {
      if (line.text !== '') line = edited(line, { type: 'delete' });
      else if (session.state.get().pending === '') session.leave();
      return draw();
    }
    if (key.type !== 'enter') {
      line = edited(line, key);
      return draw();
    }
    const { text } = line;
    line = submitted(line);
    // Nobody waits for its end: what is typed from now on is for what it runs.
    void session.submit(text, texts.help).then(takeBack);
  };

  /** What was typed and not read comes before everything that is typed from now on. */
  const takeBack = (keys: string): void => {
    for (const key of keysOf(keys.replaceAll('\n', '\r'))) {
      if (session.state.get().running) void session.type(rawKey(key));
      else edit(key);
    }
    draw();
  };

  const press = async (key: Key): Promise<void> => {
    if (session.state.get().running) {
      const wasRead = (await session.type(rawKey(key))) === '';
      if (wasRead) return;
    }
    if (key.type === 'tab') await choose();
    else edit(key);
  };

  /** One key after the other; ^C does not wait for its turn. */
  let queue: Promise<void> = Promise.resolve();
  const typed = terminal.onData((data) => {
    for (const key of keysOf(data)) {
      if (key.type === 'interrupt') {
        void session.interrupt(line.text);
        line = submitted({ ...line, text: '' });
        draw();
      } else queue = queue.then(() => press(key));
    }
  });
  /** Who goes over the page by keyboard gets out again: there is nothing to complete, or it goes backwards. */
  const leaves = ({ key, shiftKey }: KeyboardEvent): boolean =>
    key === 'Tab' && (shiftKey || (line.text === '' && !session.state.get().running));
  // The page's keys for undo and palette are not the terminal's.
  terminal.attachCustomKeyEventHandler(
    (event) =>
      !leaves(event) &&
      !((event.ctrlKey || event.metaKey) && /^[zkZK]$/.test(event.key) && event.type === 'keydown' && event.shiftKey),
  );

  const resized = new ResizeObserver(() => {
    erase();
    fitNow();
    draw();
  });
  resized.observe(place);
  const stop = session.state.subscribe(refresh);
  refresh();

  return {
    setDark: (isDark) => {
      terminal.options.theme = THEMES[isDark ? 'dark' : 'light'];
    },
    focus: () => terminal.focus(),
    dispose: () => {
      stop();
      resized.disconnect();
      typed.dispose();
      terminal.dispose();
    },
  };
};
