import type { ReactElement } from 'react';
import { useStore } from '../../store/store.ts';
import { draft } from '../draft.ts';

/** For narrow screens, screen readers and slow lines: a text area, and the same buttons. */
export const PlainEditor = ({ label }: { readonly label: string }): ReactElement => {
  const text = useStore(draft, (value) => value.text);
  return (
    <textarea
      className="code-plain"
      aria-label={label}
      spellCheck={false}
      autoCapitalize="off"
      autoCorrect="off"
      value={text}
      onChange={(event) => draft.set({ text: event.target.value })}
    />
  );
};
