/** A name that cleaning would change: `.`, `..` or empty components, a slash at the end. */
const UNCLEAN = /(?:^|\/)\.{0,2}(?:\/|$)/;

/** The shortest lexical equivalent of a path, as Go's `path.Clean`: `.` for nothing, leading `..` kept when relative. */
export const cleanPath = (path: string): string => {
  // Nearly all names are clean but for a directory's slash.
  const end = path.length > 1 && path.endsWith('/') ? path.length - 1 : path.length;
  const start = path.startsWith('./') && end > 2 ? 2 : 0;
  const trimmed = path.slice(start, end);
  if (!UNCLEAN.test(trimmed)) return trimmed;
  const rooted = path.startsWith('/');
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') kept.push(part);
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (!rooted) kept.push(part);
  }
  return rooted ? `/${kept.join('/')}` : kept.join('/') || '.';
};

/** `cleanPath` of both put together. */
export const joinPath = (base: string, path: string): string => cleanPath(`${base}/${path}`);
