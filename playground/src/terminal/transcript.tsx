import { useEffect, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { fill, useTexts } from '../i18n/index.ts';
import { useStore } from '../store/store.ts';
import { complete, type Candidates } from './line/index.ts';
import { plainText } from './screen/sanitize.ts';
import { isRun, type TerminalLine, type TerminalSession } from './session.ts';

const Line = ({ line }: { readonly line: TerminalLine }): ReactElement => {
  const { terminal: texts } = useTexts();
  if (!isRun(line)) return <p className="transcript-moved">{movedText(texts, line.after)}</p>;
  return (
    <div className="transcript-run">
      <p className="transcript-line">
        <span className="transcript-prompt">{line.prompt}</span>
        {line.line}
      </p>
      {line.output !== '' && <pre>{plainText(line.output)}</pre>}
      {line.exitCode !== undefined && line.exitCode !== 0 && (
        <p className="transcript-failed">{fill(texts.exitCode, { code: line.exitCode })}</p>
      )}
    </div>
  );
};

export const movedText = (texts: { readonly movedTo: string; readonly movedToStart: string }, after: string): string =>
  after === '' ? texts.movedToStart : fill(texts.movedTo, { command: after });

interface Props {
  readonly session: TerminalSession;
  readonly candidates: Candidates;
  /** Whether it is the screen, or only the twin of one. */
  readonly isScreen: boolean;
}

/** The session as text: for screen readers, for copying, for fingers, and for tests. */
export const Transcript = ({ session, candidates, isScreen }: Props): ReactElement => {
  const { terminal: texts } = useTexts();
  const { lines, running, pending } = useStore(session.state, (value) => value);
  const [text, setText] = useState('');
  const [back, setBack] = useState(0);
  const end = useRef<HTMLDivElement>(null);
  const typed = lines.filter(isRun).map(({ line }) => line);

  useEffect(() => {
    if (isScreen) end.current?.scrollIntoView({ block: 'nearest' });
  }, [lines, isScreen]);

  const recall = (by: number): void => {
    const to = Math.max(0, Math.min(typed.length, back + by));
    setBack(to);
    setText(to === 0 ? '' : (typed.at(-to) ?? ''));
  };

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    const letter = event.ctrlKey ? event.key.toLowerCase() : '';
    if (event.key === 'ArrowUp') recall(1);
    else if (event.key === 'ArrowDown') recall(-1);
    else if (letter === 'c' && (running || document.getSelection()?.toString() === '')) {
      void session.interrupt(text);
      setText('');
    } else if (letter === 'd' && text === '') {
      if (running) void session.type('\x04');
      else session.leave();
    } else if (letter === 'l') session.clear();
    else if (event.key === 'Tab' && !event.shiftKey && text !== '')
      void complete(text, session.cwd(), candidates).then(({ insert }) => setText(text + insert));
    else return;
    event.preventDefault();
  };

  return (
    <div className={isScreen ? 'transcript' : 'unseen'}>
      <div className="transcript-log" role="log" aria-label={texts.transcript} {...(isScreen ? { tabIndex: 0 } : {})}>
        {lines.map((line) => (
          <Line key={line.id} line={line} />
        ))}
        <div ref={end} />
      </div>
      {isScreen && (
        <form
          className="transcript-form"
          onSubmit={(event) => {
            event.preventDefault();
            setText('');
            setBack(0);
            void session.submit(text, texts.help).then((left) => left !== '' && setText(left.replace(/[\r\n].*/s, '')));
          }}
        >
          <label>
            <span className="transcript-prompt">{pending === '' ? session.prompt() : '> '}</span>
            <span className="unseen">{texts.input}</span>
            <input
              value={text}
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              aria-busy={running}
              onChange={(event) => setText(event.target.value)}
              onKeyDown={onKeyDown}
            />
          </label>
        </form>
      )}
    </div>
  );
};
