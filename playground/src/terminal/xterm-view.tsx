import { useEffect, useRef, type ReactElement } from 'react';
import { useTexts } from '../i18n/index.ts';
import type { Candidates } from './line/index.ts';
import { openScreen, type Screen } from './screen/xterm-screen.ts';
import type { TerminalSession } from './session.ts';
import { movedText } from './transcript.tsx';

interface Props {
  readonly session: TerminalSession;
  readonly candidates: Candidates;
  readonly dark: boolean;
}

/** Loaded when a terminal is looked at: nothing else needs xterm. */
export const XtermView = ({ session, candidates, dark }: Props): ReactElement => {
  const { terminal: texts } = useTexts();
  const place = useRef<HTMLDivElement>(null);
  const screen = useRef<Screen>(undefined);

  useEffect(() => {
    if (place.current === null) return;
    const opened = openScreen(place.current, {
      session,
      candidates,
      dark,
      texts: { label: texts.input, help: texts.help, movedTo: (after) => movedText(texts, after) },
    });
    screen.current = opened;
    return () => opened.dispose();
    // A change of theme does not open it anew.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [session, candidates, texts]);

  useEffect(() => screen.current?.setDark(dark), [dark]);

  return <div className="xterm-place" ref={place} />;
};
