import type { ReactElement } from 'react';
import { useTexts } from '../../../i18n/index.ts';
import type { Presence } from '../../../kernel/layer-values.ts';
import { bytesText, shortName } from '../../../ui/bytes.ts';

/** One row a layer, topmost first. */
export const PresenceTable = ({ presences }: { readonly presences: readonly Presence[] }): ReactElement => {
  const { story, layers } = useTexts();
  return (
    <div className="table-scroll" role="region" aria-label={story.layersTable} tabIndex={0}>
      <table className="presences">
        <caption className="unseen">{story.layersTable}</caption>
        <thead>
          <tr>
            <th scope="col">{story.layer}</th>
            <th scope="col">{story.holds}</th>
            <th scope="col">{layers.columns.mode}</th>
            <th scope="col">{story.owner}</th>
            <th scope="col">{story.fate}</th>
          </tr>
        </thead>
        <tbody>
          {presences.map((presence) => (
            <tr key={presence.key} data-seen={presence.seen}>
              <th scope="row">
                <b className="role">{layers[presence.role]}</b> {shortName(presence.title)}
              </th>
              <td>
                {layers.types[presence.type]}
                {presence.type === 'file' && ` ${bytesText(presence.size)}`}
                {presence.opaque && ` · ${layers.marks.opaque}`}
                {presence.xattrs.map(([name, value]) => (
                  <code key={name} className="xattr">
                    {name}={value}
                  </code>
                ))}
              </td>
              <td>
                <code>{presence.mode}</code>
              </td>
              <td>{presence.owner}</td>
              <td>
                {presence.seen
                  ? layers.seen
                  : presence.hiddenBy === undefined
                    ? '—'
                    : layers.hiddenHere[presence.hiddenBy.why]}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};
