import type { LayerCodecs } from '../../layers/index.ts';
import type { StateRow, StateRows } from './capture.ts';
import { rowText } from './state-hash.ts';

/** A part of the state that two moments do not share. */
export interface StateDifference {
  /** As in `captureRows`: `disk/etc/motd`, `store/overlayfs/…`, `mount/4`, … */
  readonly key: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** What of it differs: names of fields, or `content`. Empty for what was added or removed. */
  readonly fields: readonly string[];
  /** Bytes of content, of files. */
  readonly size?: { readonly before: number; readonly after: number };
}

const fieldsOf = ({ text }: StateRow): Readonly<Record<string, unknown>> => {
  if (!text.startsWith('{')) return { text };
  return JSON.parse(text) as Readonly<Record<string, unknown>>;
};

const changedFields = (before: StateRow, after: StateRow): readonly string[] => {
  const [one, other] = [fieldsOf(before), fieldsOf(after)];
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].filter((name) => JSON.stringify(one[name]) !== JSON.stringify(other[name]));
};

const difference = (key: string, before: StateRow | undefined, after: StateRow | undefined): StateDifference => {
  const contents = [before?.content, after?.content];
  const size = contents.some((content) => content !== undefined)
    ? { size: { before: before?.content?.size ?? 0, after: after?.content?.size ?? 0 } }
    : {};
  if (before === undefined) return { key, change: 'added', fields: [], ...size };
  if (after === undefined) return { key, change: 'removed', fields: [], ...size };
  const fields = changedFields(before, after);
  const isRewritten = before.content !== after.content;
  return { key, change: 'changed', fields: isRewritten ? [...fields, 'content'] : fields, ...size };
};

/** In the order of the keys. */
export const differencesOf = async (
  before: StateRows,
  after: StateRows,
  codecs: Pick<LayerCodecs, 'sha256'>,
): Promise<readonly StateDifference[]> => {
  const found: StateDifference[] = [];
  for (const key of [...new Set([...before.keys(), ...after.keys()])].toSorted()) {
    const [one, other] = [before.get(key), after.get(key)];
    if (one !== undefined && other !== undefined) {
      // The same value has the same bytes; other values may, too.
      const isSame = one.text === other.text && one.content === other.content;
      if (isSame || (await rowText(one, codecs)) === (await rowText(other, codecs))) continue;
    }
    found.push(difference(key, one, other));
  }
  return found;
};
