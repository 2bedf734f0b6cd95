/** Pathname expansion: names that exist, in byte order, as `ls` of the C locale sorts them. */
import { compareNames, FsError, isDirectory } from '../../fs/index.ts';
import type { SystemCalls } from '../../vfs/index.ts';
import { listDirectory } from '../directory.ts';
import { statOrNothing } from '../open-path.ts';
import type { Field, Piece } from './fields.ts';
import { fieldText } from './fields.ts';
import { isPattern, patternSource } from './pattern.ts';

/** Cuts a field at its slashes. */
const components = (field: Field): readonly Field[] => {
  const parts: Piece[][] = [[]];
  for (const { text, quoted } of field)
    for (const [index, stretch] of text.split('/').entries()) {
      if (index > 0) parts.push([]);
      parts.at(-1)?.push({ text: stretch, quoted });
    }
  return parts;
};

const namesIn = (process: SystemCalls, directory: string): readonly string[] => {
  try {
    return ['.', '..', ...listDirectory(process, directory === '' ? '.' : directory).map((entry) => entry.name)];
  } catch (error) {
    if (error instanceof FsError) return [];
    throw error;
  }
};

/** The paths that match, sorted; none when nothing does. */
export const expandPath = (process: SystemCalls, field: Field): readonly string[] => {
  const parts = components(field);
  let found: readonly string[] = [''];
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    const end = isLast ? '' : '/';
    if (!isPattern(part)) {
      const name = fieldText(part);
      found = found.map((path) => path + name + end);
      continue;
    }
    const expression = new RegExp(`^(?:${patternSource(part, { path: true })})$`, 'us');
    const hidden = fieldText(part).startsWith('.');
    found = found.flatMap((path) =>
      namesIn(process, path)
        .filter((name) => (hidden || !name.startsWith('.')) && expression.test(name))
        .map((name) => path + name + end)
        .filter((next) => isLast || isDirectory(statOrNothing(process, next)?.mode ?? 0)),
    );
  }
  return found.filter((path) => statOrNothing(process, path, false) !== undefined).toSorted(compareNames);
};
