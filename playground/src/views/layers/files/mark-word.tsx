import type { ReactElement } from 'react';
import { useTexts } from '../../../i18n/index.ts';
import type { Mark } from '../../../kernel/layer-values.ts';

const SIGNS: Readonly<Record<Mark, string>> = { added: '+', changed: '~', hidden: '×', opaque: '◉', unchanged: '=' };

/** How something relates to what lies below it: a sign and a word, where there is room for the word. */
export const MarkWord = ({ mark }: { readonly mark: Mark }): ReactElement => {
  const { layers } = useTexts();
  return (
    <span className="mark" data-mark={mark}>
      <span aria-hidden="true">{SIGNS[mark]}</span>
      <span className="mark-word"> {layers.marks[mark]}</span>
    </span>
  );
};
