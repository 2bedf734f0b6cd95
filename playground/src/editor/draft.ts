/** The file that is being written: it outlives the view, and the visit. */
import { createStore, type Store } from '../store/store.ts';
import { EXAMPLES, isExample, type ExampleName } from './examples/index.ts';

export interface Draft {
  readonly example: ExampleName;
  readonly file: string;
  readonly text: string;
}

const KEY = 'layerscope.draft';

const FIRST: Draft = { example: 'blank', ...EXAMPLES.blank };

const read = (): Draft => {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Readonly<Record<string, unknown>>;
    const { example, text } = kept;
    if (typeof example === 'string' && isExample(example) && typeof text === 'string')
      return { example, file: EXAMPLES[example].file, text };
  } catch {
    // storage is closed to this page, or holds something else: begin anew
  }
  return FIRST;
};

export const draft: Store<Draft> = createStore(read());

draft.subscribe(() => {
  const { example, text } = draft.get();
  try {
    localStorage.setItem(KEY, JSON.stringify({ example, text }));
  } catch {
    // a page without storage forgets, and works
  }
});

export const openExample = (example: ExampleName): void => draft.set({ example, ...EXAMPLES[example] });

/** What somebody wrote; `undefined` when it is an example as it came. */
export const ownText = (): string | undefined => {
  const { example, text } = draft.get();
  return text === EXAMPLES[example].text ? undefined : text;
};

/** Takes a file that somebody handed over. It is shown, and nothing else is done with it. */
export const openText = (text: string): void => draft.set({ example: 'blank', file: EXAMPLES.blank.file, text });
