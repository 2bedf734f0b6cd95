/** The project's own files, as the architecture tests look at them. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const NOT_OURS = new Set([
  'node_modules',
  'dist',
  '.git',
  '.cache',
  'artifacts',
  'generated',
  'coverage',
  'package-lock.json',
  'LICENSE',
]);

export interface SourceFile {
  /** Relative to the top of the repository, e.g. `core/src/fs/mode.ts`. */
  readonly path: string;
  readonly text: string;
}

/** Nothing for a folder that is not there: git keeps no empty ones. */
const walk = (folder: string): string[] => {
  if (!existsSync(`${ROOT}/${folder}`)) return [];
  return readdirSync(`${ROOT}/${folder}`, { withFileTypes: true }).flatMap((entry) => {
    if (NOT_OURS.has(entry.name)) return [];
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return walk(path);
    return entry.isFile() ? [path] : [];
  });
};

export const repositoryPath = (path: string): string => `${ROOT}/${path}`;

/** Every text file of ours below `folder` (`''` = all) whose path matches; what holds a zero byte is a picture or the like. */
export const sourceFiles = (folder: string, matching: RegExp = /./): readonly SourceFile[] =>
  walk(folder)
    .filter((path) => matching.test(path))
    .map((path) => ({ path, bytes: readFileSync(`${ROOT}/${path}`) }))
    .filter(({ bytes }) => !bytes.includes(0))
    .map(({ path, bytes }) => ({ path, text: bytes.toString('utf8') }));

/** Program text of the three packages. */
export const programFiles = (): readonly SourceFile[] =>
  ['core', 'host-adapter', 'playground'].flatMap((folder) => sourceFiles(folder, /\/src\/.*\.(ts|tsx|css)$/));

/** Comments may name what code may not use. Newlines stay, so that line numbers do. */
export const withoutComments = ({ path, text }: SourceFile): SourceFile => ({
  path,
  text: text.replace(/\/\*[^]*?\*\/|(?<=^|\s)\/\/.*$/gm, (comment) => comment.replace(/[^\n]/g, ' ')),
});

/** The line that `index` stands in, counted from 1. */
export const lineAt = (text: string, index: number): number => text.slice(0, index).split('\n').length;

/** `path:line: matched text` for every match of `pattern` (which has the flag g). */
export const findAll = (files: readonly SourceFile[], pattern: RegExp): string[] =>
  files.flatMap(({ path, text }) =>
    [...text.matchAll(pattern)].map((match) => `${path}:${lineAt(text, match.index)}: ${match[0].trim()}`),
  );

/** What a file imports or re-exports, types included, as written. */
export const importsOf = ({ text }: SourceFile): readonly string[] =>
  [
    ...text.matchAll(
      /^(?:import|export)\s(?:[^'";]*?\sfrom\s)?\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm,
    ),
  ].map((match) => (match[1] ?? match[2])!);
