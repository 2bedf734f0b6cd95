/**
 * `fill('{n} files', { n: 3 })` is `3 files`; of a name with two forms, `{n|file|files}`, the first stands for one and
 * the second for any other number.
 */
export const fill = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{(\w+)(?:\|([^|}]*)\|([^|}]*))?\}/g, (whole, name: string, one?: string, many?: string) => {
    if (one !== undefined) return String(values[name] === 1 ? one : many);
    return String(values[name] ?? whole);
  });
