import type { ReactElement } from 'react';
import { useTexts } from '../../../i18n/index.ts';
import type { Presence } from '../../../kernel/layer-values.ts';
import { bytesText, shortName } from '../../../ui/bytes.ts';

/** What each layer holds at the path, topmost first. */
export const PresenceList = ({ presences }: { readonly presences: readonly Presence[] }): ReactElement | null => {
  const { story, layers } = useTexts();
  if (presences.length === 0) return null;
  return (
    <>
      <h4>{story.layersTable}</h4>
      <ul className="presences" aria-label={story.layersTable}>
        {presences.map(({ key, role, title, type, size, mode, owner, opaque, xattrs, seen, hiddenBy }) => (
          <li key={key} data-seen={seen} data-role={role}>
            <p>
              <b className="role">{layers[role]}</b> {shortName(title)}
            </p>
            <p>
              {layers.types[type]}
              {type === 'file' && ` ${bytesText(size)}`}
              {opaque && ` · ${layers.marks.opaque}`}
              {seen && ` · ${layers.seen}`}
              {hiddenBy !== undefined && ` · ${layers.hiddenHere[hiddenBy.why]}`}
            </p>
            <code className="xattr" title={story.owner}>
              {mode} {owner}
            </code>
            {xattrs.map(([name, value]) => (
              <code key={name} className="xattr">
                {name}={value}
              </code>
            ))}
          </li>
        ))}
      </ul>
    </>
  );
};
