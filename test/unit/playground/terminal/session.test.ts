/** What stands in the terminal: what was typed here, what others asked of the node, and where the history went. */
import { describe, expect, it } from 'vitest';
import type { Attended } from '../../../../playground/src/kernel/api.ts';
import type { Command, Entry } from '../../../../playground/src/kernel/values.ts';
import {
  NOTHING_YET,
  type KernelClient,
  type KernelState,
  type OutputListener,
} from '../../../../playground/src/store/kernel-client.ts';
import { createStore } from '../../../../playground/src/store/store.ts';
import { createTerminalSession, isRun, type TerminalSession } from '../../../../playground/src/terminal/session.ts';

/** A kernel that answers every command with its own text. */
const fakeKernel = () => {
  const state = createStore<KernelState>({ moment: NOTHING_YET, entries: [], busy: 0, isThere: true, stopped: '' });
  const entries: Entry[] = [];
  const listeners = new Set<OutputListener>();
  let hangs = false;
  let reject: (error: Error) => void = () => {};
  const moment = (at: number): void => {
    const containers = at === 0 ? [] : [{ id: 'web', image: 'demo', snapshot: 'web', status: 'running' as const }];
    state.set({ moment: { ...NOTHING_YET, at, containers } });
  };
  const run = (command: Command, stdout: string): Entry => {
    const id = entries.length + 1;
    const entry: Entry = { id, parent: id - 1, command, calls: [], callCount: 0, exitCode: 0, stdout, stderr: '' };
    entries.push(entry);
    state.set({ entries: [undefined as never, ...entries] });
    moment(id);
    return entry;
  };
  const typed: string[] = [];
  let read: ((keys: string) => void) | undefined;
  /** Answers `read` with what is typed, and everything else at once. */
  const attend = async (command: Command): Promise<Attended> => {
    if (hangs) return new Promise((_, no) => (reject = no));
    const [, , script = ''] = command.type === 'exec' ? command.args : [];
    const entry = run(command, script.endsWith('pwd') ? '/etc\n' : `ran ${script}\n`);
    for (const listen of listeners) listen('stdout', new TextEncoder().encode(entry.stdout));
    return { entry, left: '' };
  };
  const waitFor = async (command: Command): Promise<Attended> => {
    const stdin = await new Promise<string>((resolve) => (read = resolve));
    return { entry: run({ ...command, stdin } as Command, `read ${stdin}`), left: 'ls\n' };
  };
  const call = async (method: string, given: Command | string): Promise<Attended | string> => {
    if (typeof given === 'string') {
      typed.push(given);
      read?.(given);
      return '';
    }
    if (method !== 'attend') throw new Error(method);
    return given.type === 'exec' && given.args.at(-1) === 'read' ? waitFor(given) : attend(given);
  };
  const reopen = (kept: readonly Entry[]): void => {
    state.set({ entries: [] });
    entries.length = 0;
    for (const entry of kept) {
      entries.push(entry);
      state.set({ entries: [undefined as never, ...entries] });
    }
    moment(kept.length);
  };
  const client = {
    state,
    call,
    onOutput: (listener: OutputListener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    restart: async () => {
      reject(new Error('the kernel was restarted'));
      hangs = false;
      reopen([...entries]);
    },
  } as unknown as KernelClient;
  return { client, run, moment, reopen, typed, hang: () => (hangs = true) };
};

const shown = (session: TerminalSession): readonly string[] =>
  session.state
    .get()
    .lines.map((line) =>
      isRun(line) ? `${line.prompt}${line.line} > ${line.output.trim()} [${line.exitCode}]` : `moved: ${line.after}`,
    );

const START: Command = { type: 'ctr', args: ['run', 'demo', 'web'] };

describe('a terminal session', () => {
  it('goes to the container, and keeps its directory', async () => {
    const { client, run } = fakeKernel();
    run(START, '');
    const session = createTerminalSession(client);
    await session.submit('ls', '');
    await session.submit('cd /etc', '');
    await session.submit('ls', '');
    expect(shown(session)).toEqual([
      'root@node:/# ctr run demo web >  [0]',
      'root@web:/# ls > ran ls [0]',
      'root@web:/# cd /etc >  [0]',
      'root@web:/etc# ls > ran cd /etc && ls [0]',
    ]);
  });

  it('waits for the rest of a line', async () => {
    const { client, run } = fakeKernel();
    run(START, '');
    const session = createTerminalSession(client);
    await session.submit("echo 'a", '');
    expect(session.prompt()).toBe('> ');
    await session.submit("b'", '');
    expect(shown(session).at(-1)).toBe("root@web:/# echo 'a\nb' > ran echo 'a\nb' [0]");
  });

  it('shows what others asked, once, and without what they slipped in', () => {
    const { client, run } = fakeKernel();
    const session = createTerminalSession(client);
    run(START, '\x1b]8;;http://evil.example\x07link');
    expect(shown(session)).toEqual(['root@node:/# ctr run demo web > link [0]']);
  });

  it('tells of undo and redo, and not of what a command led to', async () => {
    const { client, run, moment } = fakeKernel();
    run(START, '');
    const session = createTerminalSession(client);
    await session.submit('ls', '');
    moment(1);
    moment(0);
    expect(shown(session).slice(2)).toEqual(['moved: ctr run demo web', 'moved: ']);
    expect(session.state.get().target).toBe('');
  });

  it('ends what runs with ^C, and stands as before', async () => {
    const { client, run, hang } = fakeKernel();
    run(START, '');
    const session = createTerminalSession(client);
    hang();
    const running = session.submit('while :; do :; done', '');
    expect(session.state.get().running).toBe(true);
    await session.interrupt('');
    await running;
    expect(shown(session)).toEqual([
      'root@node:/# ctr run demo web >  [0]',
      'root@web:/# while :; do :; done > ^C [130]',
    ]);
    await session.submit('ls', '');
    expect(shown(session).at(-1)).toBe('root@web:/# ls > ran ls [0]');
  });

  it('types to what runs, and keeps what that did not read', async () => {
    const { client, run, typed } = fakeKernel();
    run(START, '');
    const session = createTerminalSession(client);
    const running = session.submit('read', '');
    expect(await session.submit('hello', '')).toBe('');
    expect(typed).toEqual(['hello\r']);
    expect(await running).toBe('ls\n');
    // What was typed to it is in the log, and makes no other line of it.
    expect(shown(session).slice(1)).toEqual(['root@web:/# read >  [0]']);
  });

  it('begins anew with another log', async () => {
    const { client, run, reopen } = fakeKernel();
    const entry = run(START, '');
    const session = createTerminalSession(client);
    await session.submit('ls', '');
    reopen([{ ...entry, command: { type: 'gc' } }]);
    expect(shown(session)).toEqual(['root@node:/# gc >  [0]']);
  });

  it('answers its own words', async () => {
    const { client, run } = fakeKernel();
    run(START, '');
    const session = createTerminalSession(client);
    await session.submit('help', 'this helps');
    await session.submit('exit', '');
    expect(session.prompt()).toBe('root@node:/# ');
    await session.interrupt('half a li');
    expect(shown(session).slice(1)).toEqual([
      'root@web:/# help > this helps [0]',
      'root@web:/# exit >  [0]',
      'root@node:/# half a li^C >  [130]',
    ]);
    await session.submit('clear', '');
    expect(shown(session)).toEqual([]);
  });
});
