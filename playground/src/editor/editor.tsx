import { lazy, Suspense, useEffect, useState, type KeyboardEvent, type ReactElement } from 'react';
import { useTexts } from '../i18n/index.ts';
import { LEARNERS } from '../kernel/session/names.ts';
import { usePage } from '../store/context.ts';
import type { SlotProps } from '../slots.ts';
import { useStore } from '../store/store.ts';
import { Button } from '../ui/button.tsx';
import { prefersPlain } from '../ui/prefers-plain.ts';
import { Icon } from '../ui/icon.tsx';
import { matchesShortcut } from '../ui/shortcut.ts';
import { PlainEditor } from './code/plain-editor.tsx';
import { loadMonaco, loadView } from './code/load.ts';
import { download } from './download.ts';
import { draft, openExample } from './draft.ts';
import { EXAMPLES, isExample, type ExampleName } from './examples/index.ts';
import { useInNode } from './in-node.ts';
import { cancelJob, jobs, startJob } from './job-state.ts';
import { Results } from './results/results.tsx';
import './editor.css';

const KEYS = { walk: 'mod+enter', check: 'mod+shift+enter', measure: 'mod+alt+enter' } as const;
type Kind = keyof typeof KEYS;
const KINDS: readonly Kind[] = ['walk', 'check', 'measure'];

const rich = (locale: string) => lazy(async () => ({ default: (await loadView(locale)).MonacoEditor }));

/** Where the language of Monaco is decided: at the first look. */
let RichEditor: ReturnType<typeof rich> | undefined;

export const Editor = ({ kernel, locale, dark }: SlotProps): ReactElement => {
  const { editor: texts } = useTexts();
  const [plain, setPlain] = useState(prefersPlain);
  const [errors, setErrors] = useState(0);
  const { example, file } = useStore(draft, (value) => value);
  const state = useStore(jobs, (value) => value.state);
  const inNode = useStore(kernel.state, ({ moment }) => moment.snapshotter === LEARNERS);
  const selection = usePage().selection;
  RichEditor ??= rich(locale);

  const useIt = async (): Promise<void> => {
    const problem = await useInNode(kernel, locale);
    if (problem === undefined) selection.set({ view: 'terminal' });
    else jobs.set({ state: { phase: 'failed', problem } });
  };

  useEffect(() => {
    if (plain) return;
    const show = (): void => void loadMonaco(locale).then((typescript) => typescript.setText(draft.get().text));
    show();
    return draft.subscribe(show);
  }, [plain, locale]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const kind = KINDS.find((name) => matchesShortcut(KEYS[name], event));
    if (kind === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    void startJob(kind, locale);
  };

  return (
    <div className="editor" onKeyDownCapture={onKeyDown}>
      <div className="editor-tools">
        <label className="editor-example">
          <span className="unseen">{texts.example}</span>
          <select
            value={example}
            onChange={(event) => {
              if (isExample(event.target.value)) openExample(event.target.value);
            }}
          >
            {(Object.keys(EXAMPLES) as ExampleName[]).map((name) => (
              <option key={name} value={name}>
                {texts.examples[name]}
              </option>
            ))}
          </select>
        </label>
        {KINDS.map((kind) => (
          <Button
            key={kind}
            look={kind === 'check' ? 'main' : 'line'}
            shortcut={KEYS[kind]}
            title={texts.actionHints[kind]}
            onClick={() => void startJob(kind, locale)}
          >
            {texts.actions[kind]}
          </Button>
        ))}
        <Button
          look="line"
          aria-pressed={inNode}
          title={inNode ? texts.leaveNodeHint : texts.useInNodeHint}
          onClick={() => void (inNode ? kernel.useLearner(undefined) : useIt())}
        >
          {inNode ? texts.leaveNode : texts.useInNode}
        </Button>
        <Button look="line" title={texts.downloadHint} onClick={() => download(file, draft.get().text)}>
          <Icon name="download" />
          {texts.download}
        </Button>
        <span className="editor-errors" role="status" data-errors={errors > 0}>
          {plain ? '' : errors === 0 ? texts.noErrors : texts.errors.replace('{n}', String(errors))}
        </span>
        <Button aria-pressed={plain} title={texts.plainHint} onClick={() => setPlain(!plain)}>
          {texts.plain}
        </Button>
      </div>
      <div className="editor-body">
        <div className="editor-code">
          {plain ? (
            <PlainEditor label={file} />
          ) : (
            <Suspense fallback={<PlainEditor label={file} />}>
              <RichEditor label={file} dark={dark} onProblems={setErrors} />
            </Suspense>
          )}
        </div>
        <Results state={state} file={file} onCancel={cancelJob} />
      </div>
    </div>
  );
};
