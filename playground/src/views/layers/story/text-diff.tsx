import { diffLines } from 'diff';
import type { ReactElement } from 'react';
import { useTexts } from '../../../i18n/index.ts';
import type { Presence } from '../../../kernel/layer-values.ts';

/** The topmost text and the one below it. */
export const textsOf = (presences: readonly Presence[]): readonly [above: Presence | undefined, below?: Presence] => {
  const files = presences.filter(({ type }) => type === 'file');
  const [above, below] = files;
  return below === undefined ? [above] : [above, below];
};

const lines = (text: string): readonly string[] => text.replace(/\n$/, '').split('\n');

/** Content, or what changed against the layer below. Signs stand before lines, so that colour is not needed. */
export const TextDiff = ({ presences }: { readonly presences: readonly Presence[] }): ReactElement | null => {
  const { story } = useTexts();
  const [above, below] = textsOf(presences);
  if (above === undefined) return null;
  if (above.text === undefined) return <p className="quiet">{story.notText}</p>;
  const parts =
    below?.text === undefined
      ? [{ value: above.text, added: false, removed: false }]
      : diffLines(below.text, above.text);
  const same = parts.every(({ added, removed }) => !added && !removed);
  return (
    <>
      <h4>{below?.text === undefined ? story.content : story.diff}</h4>
      {below?.text !== undefined && same && <p className="quiet">{story.same}</p>}
      <pre className="diff" tabIndex={0} aria-label={below === undefined ? story.content : story.diff}>
        {parts.flatMap(({ value, added, removed }, part) =>
          lines(value).map((line, index) => (
            <span key={`${part}.${index}`} data-line={added ? 'added' : removed ? 'removed' : 'same'}>
              {added ? '+' : removed ? '−' : ' '} {line}
              {'\n'}
            </span>
          )),
        )}
      </pre>
    </>
  );
};
