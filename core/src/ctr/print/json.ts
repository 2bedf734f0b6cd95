/** JSON as Go's encoder writes it: keys of maps in order, `<`, `>` and `&` escaped, so that it may stand in a page. */
const escaped = (text: string): string =>
  text.replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${(character.codePointAt(0) as number).toString(16).padStart(4, '0')}`,
  );

/** Indented by four blanks, with a line end, as ctr prints documents. */
export const printedJson = (value: unknown): string => `${escaped(JSON.stringify(value, null, 4))}\n`;

/** In one line, as in a list of events, whose only maps are labels. */
export const compactJson = (value: unknown): string =>
  escaped(
    JSON.stringify(value, (key, inner: unknown) =>
      key === 'labels' && typeof inner === 'object' && inner !== null
        ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ),
  );
