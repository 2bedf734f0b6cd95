import type { ReactElement } from 'react';
import { fill, useTexts, type Texts } from '../../../i18n/index.ts';
import type { Presence } from '../../../kernel/layer-values.ts';
import { usePage, useSelection } from '../../../store/context.ts';
import { bytesText, shortName } from '../../../ui/bytes.ts';
import { Icon } from '../../../ui/icon.tsx';
import { Sheet } from './sheet.tsx';
import { sightsOf } from './sights.ts';
import { usePath, useStack } from './use-stack.ts';
import './stack.css';

/** What a layer holds at the chosen path, in a few words. */
const presenceText = ({ layers }: Texts, presence: Presence): string => {
  const { type, size, seen, hiddenBy, opaque } = presence;
  const what = opaque ? layers.marks.opaque : layers.types[type];
  const much = type === 'file' ? ` ${bytesText(size)}` : '';
  const fate = seen ? layers.seen : hiddenBy === undefined ? '' : layers.hiddenHere[hiddenBy.why];
  return [what + much, fate].filter(Boolean).join(', ');
};

export const Stack = (): ReactElement | null => {
  const texts = useTexts();
  const { layers: words } = texts;
  const { selection } = usePage();
  const stack = useStack();
  const detail = usePath();
  const layer = useSelection((selected) => selected.layer);
  const scope = useSelection((selected) => selected.scope);
  if (stack === undefined) return null;
  const whole = scope === 'merged' && layer === '';
  return (
    <ol className="stack" aria-label={words.stack}>
      <li>
        <button
          type="button"
          className="sheet-row"
          data-role="merged"
          aria-pressed={whole}
          onClick={() => selection.set({ layer: '', scope: 'merged' })}
        >
          <span className="eye">
            <Icon name="eye" size={26} />
          </span>
          <span className="sheet-words">
            <strong>{words.merged}</strong>
            <span className="quiet">{words.mergedHint}</span>
          </span>
        </button>
      </li>
      {sightsOf(stack.layers, detail).map(({ layer: sheet, presence, sight }) => (
        <li key={sheet.key}>
          <button
            type="button"
            className="sheet-row"
            data-role={sheet.role}
            data-sight={sight}
            aria-pressed={scope === 'layer' && (layer === '' ? stack.key : layer) === sheet.key}
            title={`${words[sheet.role]}: ${sheet.role === 'upper' ? words.upperHint : words.lowerHint}\n${sheet.directory}`}
            onClick={() => selection.set({ layer: sheet.key, scope: 'layer' })}
          >
            <Sheet sight={sight} role={sheet.role} />
            <span className="sheet-words">
              <span>
                <b className="role">{words[sheet.role]}</b> <strong>{shortName(sheet.title)}</strong>
              </span>
              {presence === undefined ? (
                <span className="quiet">
                  {bytesText(sheet.size)}, {fill(words.inodes, { n: sheet.inodes })}
                </span>
              ) : (
                <span className="presence" data-sight={sight}>
                  {presenceText(texts, presence)}
                </span>
              )}
            </span>
          </button>
        </li>
      ))}
      {stack.work !== undefined && (
        <li className="work" title={stack.work}>
          <b className="role">{words.work}</b> <span className="quiet">{words.workHint}</span>
        </li>
      )}
      {stack.mount !== '' && (
        <li className="mount">
          <details>
            <summary>{words.mounts}</summary>
            <code>{stack.mount}</code>
          </details>
        </li>
      )}
    </ol>
  );
};
