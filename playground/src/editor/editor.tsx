import { useEffect, useState, type ComponentProps, type KeyboardEvent, type ReactElement } from 'react';
import { fill, useTexts } from '../i18n/index.ts';
import { LEARNERS } from '../kernel/session/names.ts';
import { usePage } from '../store/context.ts';
import type { SlotProps } from '../slots.ts';
import { useStore } from '../store/store.ts';
import { Button } from '../ui/button.tsx';
import { late, type Late } from '../ui/late.ts';
import { prefersPlain } from '../ui/prefers-plain.ts';
import { useLate } from '../ui/use-late.ts';
import { Icon } from '../ui/icon.tsx';
import { matchesShortcut } from '../ui/shortcut.ts';
import type { MonacoEditor } from './code/monaco-editor.tsx';
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

/** Where the language of Monaco is decided: at the first look. */
let rich: Late<typeof MonacoEditor> | undefined;

interface RichProps extends ComponentProps<typeof MonacoEditor> {
  readonly locale: string;
}

const RichEditor = ({ locale, ...props }: RichProps): ReactElement => {
  rich ??= late(async () => (await loadView(locale)).MonacoEditor);
  const View = useLate(rich);
  return View === undefined ? <PlainEditor label={props.label} /> : <View {...props} />;
};

export const Editor = ({ kernel, locale, dark }: SlotProps): ReactElement => {
  const { editor: texts } = useTexts();
  const [plain, setPlain] = useState(prefersPlain);
  const [errors, setErrors] = useState(0);
  const { example, file } = useStore(draft, (value) => value);
  const state = useStore(jobs, (value) => value.state);
  const inNode = useStore(kernel.state, ({ moment }) => moment.snapshotter === LEARNERS);
  const selection = usePage().selection;

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
          {plain ? '' : errors === 0 ? texts.noErrors : fill(texts.errors, { n: errors })}
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
            <RichEditor locale={locale} label={file} dark={dark} onProblems={setErrors} />
          )}
        </div>
        <Results state={state} file={file} onCancel={cancelJob} />
      </div>
    </div>
  );
};
