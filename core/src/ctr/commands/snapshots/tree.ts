import type { Info } from '../../../snapshots/index.ts';

/** Every root with what was made on it below, two blanks deeper each time. A parent that is not listed counts as a root. */
export const treeText = (infos: readonly Pick<Info, 'name' | 'parent'>[]): string => {
  const children = new Map<string, string[]>();
  const roots: string[] = [];
  const known = new Set(infos.map(({ name }) => name));
  for (const { name, parent } of infos) {
    if (parent === '') roots.push(name);
    else if (!known.has(parent) && !children.has(parent)) roots.push(parent);
    if (parent !== '') children.set(parent, [...(children.get(parent) ?? []), name]);
  }
  const lines = (name: string, depth: number): readonly string[] => [
    `${'  '.repeat(depth)}${depth > 0 ? '\\_' : ''} ${name}\n`,
    ...(children.get(name) ?? []).flatMap((child) => lines(child, depth + 1)),
  ];
  return roots.flatMap((root) => lines(root, 0)).join('');
};
