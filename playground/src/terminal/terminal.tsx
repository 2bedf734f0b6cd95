import { useEffect, useMemo, useRef, useState, type ComponentProps, type ReactElement } from 'react';
import { useTexts } from '../i18n/index.ts';
import type { SlotProps } from '../slots.ts';
import type { KernelClient } from '../store/kernel-client.ts';
import { useStore } from '../store/store.ts';
import { Button } from '../ui/button.tsx';
import { late } from '../ui/late.ts';
import { prefersPlain } from '../ui/prefers-plain.ts';
import { useLate } from '../ui/use-late.ts';
import { candidatesOf } from './candidates.ts';
import type { Candidates } from './line/index.ts';
import { createTerminalSession, type TerminalSession } from './session.ts';
import { Transcript } from './transcript.tsx';
import type { XtermView } from './xterm-view.tsx';
import './terminal.css';

interface Opened {
  readonly session: TerminalSession;
  readonly candidates: Candidates;
}

/** One for each kernel: what was typed outlives the view. */
const sessions = new WeakMap<KernelClient, Opened>();

const openedFor = (kernel: KernelClient): Opened => {
  let opened = sessions.get(kernel);
  if (opened === undefined) {
    const session = createTerminalSession(kernel);
    opened = { session, candidates: candidatesOf(kernel, session) };
    sessions.set(kernel, opened);
  }
  return opened;
};

const xterm = late(async () => (await import('./xterm-view.tsx')).XtermView);

// It comes while this is drawn.
if (!prefersPlain()) void xterm.load();

const XtermPlace = (props: ComponentProps<typeof XtermView>): ReactElement => {
  const { terminal: texts } = useTexts();
  const View = useLate(xterm);
  return View === undefined ? <p className="hint">{texts.loading}</p> : <View {...props} />;
};

/** After this long a person wonders, in milliseconds. */
const LONG = 4_000;

/** Whether what runs has been running for long. */
const useLong = (running: boolean): boolean => {
  const [long, setLong] = useState(false);
  useEffect(() => {
    if (!running) return undefined;
    const timer = setTimeout(() => setLong(true), LONG);
    return () => {
      clearTimeout(timer);
      setLong(false);
    };
  }, [running]);
  return long;
};

/** Goes into a container that has just come, unless its user is on the node by choice. */
const useNewest = (session: TerminalSession, ids: readonly string[]): void => {
  const known = useRef(ids);
  useEffect(() => {
    const come = ids.find((id) => !known.current.includes(id));
    const isFirst = known.current.length === 0;
    known.current = ids;
    if (come !== undefined && !isFirst && session.state.get().target !== '') session.choose(come);
  }, [session, ids]);
};

export const Terminal = ({ kernel, dark }: SlotProps): ReactElement => {
  const { terminal: texts } = useTexts();
  const { session, candidates } = openedFor(kernel);
  const [plain, setPlain] = useState(prefersPlain);
  const { target, running } = useStore(session.state, (value) => value);
  const long = useLong(running);
  const containers = useStore(kernel.state, ({ moment }) => moment.containers);
  const ids = useMemo(() => containers.map(({ id }) => id), [containers]);
  useNewest(session, ids);
  const transcript = <Transcript session={session} candidates={candidates} isScreen={plain} />;

  return (
    <div className="terminal">
      <div className="terminal-tools">
        <label>
          <span className="unseen">{texts.where}</span>
          <select value={target} onChange={(event) => session.choose(event.target.value)}>
            {containers.map(({ id }) => (
              <option key={id} value={id}>
                {texts.inContainer.replace('{id}', id)}
              </option>
            ))}
            <option value="">{texts.onNode}</option>
          </select>
        </label>
        <Button disabled={!running} title={texts.interruptHint} onClick={() => void session.interrupt('')}>
          {texts.interrupt} <kbd className="key-hint">Ctrl C</kbd>
        </Button>
        <Button title={texts.clearHint} onClick={() => session.clear()}>
          {texts.clear}
        </Button>
        <Button
          className="terminal-plain"
          aria-pressed={plain}
          title={texts.plainHint}
          onClick={() => setPlain(!plain)}
        >
          {texts.plain}
        </Button>
      </div>
      <p className="terminal-long" role="status">
        {long && texts.stillRunning}
      </p>
      {!plain && <XtermPlace session={session} candidates={candidates} dark={dark} />}
      {transcript}
    </div>
  );
};
