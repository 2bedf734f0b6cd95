import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsOf, repositoryPath, sourceFiles } from './source-files.ts';
import { readFileSync } from 'node:fs';

/** Folders of `core/src`, lowest floor first. A folder imports only from floors below its own. */
const FLOORS: readonly (readonly string[])[] = [
  ['timeline'],
  ['fs'],
  ['vfs', 'overlay'],
  ['wasi'],
  ['kernel'],
  ['snapshots'],
  ['layers'],
  ['images', 'snapshotters'],
  ['conformance', 'shell', 'demo'],
  ['sandbox'],
  ['ctr'],
  ['scenarios'],
];

const floorOf = (folder: string): number => FLOORS.findIndex((floor) => floor.includes(folder));
const folderOf = (path: string): string => path.split('/')[2]!;

const core = sourceFiles('core/src', /\/src\/[^/]+\/.*\.ts$/);
const crossings = core.flatMap((file) =>
  importsOf(file)
    .filter((target) => target.startsWith('.'))
    .map((target) => ({ from: file.path, to: posix.join(posix.dirname(file.path), target) }))
    .filter(({ from, to }) => folderOf(from) !== folderOf(to)),
);
const show = ({ from, to }: { from: string; to: string }): string => `${from} imports ${to}`;

const dependenciesOf = (workspace: string): readonly string[] =>
  Object.keys(JSON.parse(readFileSync(repositoryPath(`${workspace}/package.json`), 'utf8')).dependencies ?? {});
const packageOf = (target: string): string =>
  target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');

describe('imports', () => {
  it('are found by the scanner at all', () => {
    const text = `import {\n  a,\n} from './a.ts';\nimport './b.ts';\nexport * from './c.ts';\nimport type { D } from 'd';\nawait import('e');`;
    expect(importsOf({ path: '', text })).toEqual(['./a.ts', './b.ts', './c.ts', 'd', 'e']);
    expect(crossings.length).toBeGreaterThan(0);
  });

  it('come from a folder whose floor is known', () => {
    expect([...new Set(core.map((file) => folderOf(file.path)))].filter((folder) => floorOf(folder) < 0)).toEqual([]);
  });

  it('run downwards only', () => {
    expect(crossings.filter(({ from, to }) => floorOf(folderOf(to)) >= floorOf(folderOf(from))).map(show)).toEqual([]);
  });

  it('enter another folder through its index.ts', () => {
    expect(crossings.filter(({ to }) => !/^core\/src\/[^/]+\/index\.ts$/.test(to)).map(show)).toEqual([]);
  });

  it('name the file with its ending', () => {
    const without = core.flatMap((file) =>
      importsOf(file)
        .filter((target) => target.startsWith('.') && !/\.tsx?$/.test(target))
        .map((target) => show({ from: file.path, to: target })),
    );
    expect(without).toEqual([]);
  });

  it('of libraries are declared by the package that makes them', () => {
    const undeclared = ['core', 'host-adapter'].flatMap((workspace) => {
      const declared = dependenciesOf(workspace);
      return sourceFiles(`${workspace}/src`, /\.ts$/).flatMap((file) =>
        importsOf(file)
          .filter(
            (target) => !target.startsWith('.') && !target.startsWith('node:') && !declared.includes(packageOf(target)),
          )
          .map((target) => show({ from: file.path, to: target })),
      );
    });
    expect(undeclared).toEqual([]);
  });

  it('of memfs are made in one file', () => {
    expect(core.filter((file) => importsOf(file).some((target) => packageOf(target) === 'memfs')).length).toBeLessThan(
      2,
    );
  });

  // A front door is a floor's index, or a program that the package publishes as a file.
  it('reach core through its front doors from outside', () => {
    const inside = ['host-adapter', 'playground'].flatMap((folder) =>
      sourceFiles(folder, /\/src\/.*\.tsx?$/).flatMap((file) =>
        importsOf(file)
          .filter(
            (target) =>
              /core\/(src|dist)\//.test(target) || /^@layerscope\/core\/(?!programs\/[^/]+\.wasm)[^/]+\//.test(target),
          )
          .map((target) => show({ from: file.path, to: target })),
      ),
    );
    expect(inside).toEqual([]);
  });
});
