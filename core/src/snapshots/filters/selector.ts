import { re2 } from './re2.ts';

/**
 * How a filter sees an object: the value at a field path, `undefined` when the object has no such field.
 * Snapshots have theirs in `snapshot-fields.ts`; any other object can bring its own.
 */
export type Fields = (path: readonly string[]) => string | undefined;

/** Whether an object is one that is looked for. */
export type Filter = (fields: Fields) => boolean;

export type Operator = '==' | '!=' | '~=';

/** The field exists. */
export const present =
  (path: readonly string[]): Filter =>
  (fields) =>
    fields(path) !== undefined;

/**
 * The field compared with a value. A field that is absent reads as `''` to `!=` and `~=`, but never equals anything.
 * A pattern that does not compile matches nothing, as in containerd.
 */
export const compared = (path: readonly string[], operator: Operator, value: string): Filter => {
  if (operator === '==') return (fields) => fields(path) === value;
  if (operator === '!=') return (fields) => (fields(path) ?? '') !== value;
  const pattern = re2(value);
  return (fields) => pattern !== undefined && pattern.test(fields(path) ?? '');
};
