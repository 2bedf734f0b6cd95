import type { ReactElement } from 'react';
import { useTexts } from '../../../i18n/index.ts';
import type { Mark } from '../../../kernel/layer-values.ts';
import { usePage, useSelection } from '../../../store/context.ts';
import { ALL_MARKS } from '../../../store/selection.ts';
import { Button } from '../../../ui/button.tsx';
import { MarkWord } from './mark-word.tsx';

const toggled = (marks: readonly Mark[], mark: Mark): readonly Mark[] =>
  marks.includes(mark)
    ? marks.filter((each) => each !== mark)
    : ALL_MARKS.filter((each) => each === mark || marks.includes(each));

/** What of the tree is shown. */
export const FilesBar = (): ReactElement => {
  const { layers } = useTexts();
  const { selection } = usePage();
  const scope = useSelection((selected) => selected.scope);
  const filter = useSelection((selected) => selected.filter);
  const marks = useSelection((selected) => selected.marks);
  return (
    <div className="files-bar">
      <span className="segments" role="group" aria-label={layers.scope}>
        <Button aria-pressed={scope === 'merged'} onClick={() => selection.set({ scope: 'merged' })}>
          {layers.scopeMerged}
        </Button>
        <Button aria-pressed={scope === 'layer'} onClick={() => selection.set({ scope: 'layer' })}>
          {layers.scopeLayer}
        </Button>
      </span>
      <input
        className="filter"
        type="search"
        aria-label={layers.filter}
        placeholder={layers.filter}
        value={filter}
        onChange={(event) => selection.set({ filter: event.target.value })}
      />
      <span className="toggles" role="group" aria-label={layers.marksLabel}>
        {ALL_MARKS.map((mark) => (
          <button
            key={mark}
            type="button"
            className="toggle"
            aria-pressed={marks.includes(mark)}
            title={`${layers.marks[mark]}: ${layers.markHints[mark]}`}
            onClick={() => selection.set({ marks: toggled(marks, mark) })}
          >
            <MarkWord mark={mark} />
          </button>
        ))}
      </span>
    </div>
  );
};
