/** From one absolute path to another: `../../a/b`. Both are canonical. */
export const relativePath = (from: string, to: string): string => {
  const start = from.split('/').filter((name) => name !== '');
  const end = to.split('/').filter((name) => name !== '');
  let common = 0;
  while (common < start.length && common < end.length && start[common] === end[common]) common++;
  const path = [...start.slice(common).map(() => '..'), ...end.slice(common)].join('/');
  return path === '' ? '.' : path;
};
