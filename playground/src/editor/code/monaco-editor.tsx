import { useEffect, useRef, type ReactElement } from 'react';
import { monaco } from './monaco.ts';
import { model } from './typescript.ts';
import { draft } from '../draft.ts';

interface Props {
  readonly label: string;
  readonly dark: boolean;
  readonly onProblems: (errors: number) => void;
}

const THEMES = {
  light: { base: 'vs', background: '#fffdf9', gutter: '#6b6656' },
  dark: { base: 'vs-dark', background: '#151d26', gutter: '#93a4b5' },
} as const;

for (const [name, { base, background, gutter }] of Object.entries(THEMES)) {
  monaco.editor.defineTheme(`layerscope-${name}`, {
    base,
    inherit: true,
    rules: [],
    colors: {
      'editor.background': background,
      'editorGutter.background': background,
      'editorLineNumber.foreground': gutter,
    },
  });
}

const countErrors = (): number =>
  monaco.editor
    .getModelMarkers({ resource: model.uri })
    .filter(({ severity }) => severity === monaco.MarkerSeverity.Error).length;

export const MonacoEditor = ({ label, dark, onProblems }: Props): ReactElement => {
  const place = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (place.current === null) return;
    const editor = monaco.editor.create(place.current, {
      model,
      ariaLabel: label,
      automaticLayout: true,
      minimap: { enabled: false },
      scrollBeyondLastLine: false,
      fontSize: 13,
      lineNumbersMinChars: 3,
      fixedOverflowWidgets: true,
      tabSize: 2,
      renderLineHighlight: 'line',
      overviewRulerLanes: 0,
      stickyScroll: { enabled: false },
    });
    const written = model.onDidChangeContent(() => draft.set({ text: model.getValue() }));
    return () => {
      written.dispose();
      editor.dispose();
    };
  }, [label]);

  useEffect(() => monaco.editor.setTheme(dark ? 'layerscope-dark' : 'layerscope-light'), [dark]);

  useEffect(() => {
    onProblems(countErrors());
    const marked = monaco.editor.onDidChangeMarkers(() => onProblems(countErrors()));
    return () => marked.dispose();
  }, [onProblems]);

  return <div className="code-monaco" ref={place} />;
};
