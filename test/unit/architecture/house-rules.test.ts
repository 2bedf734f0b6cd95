import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findAll, programFiles, repositoryPath, sourceFiles, withoutComments } from './source-files.ts';

const program = programFiles();
const everything = sourceFiles('');
const typescript = everything.filter(({ path }) => /\.tsx?$/.test(path));

describe('house rules', () => {
  it('a name says what is inside', () => {
    const empty = everything.filter(({ path }) =>
      /(^|[/-])(utils?|helpers?|misc|common|managers?)([-./]|$)/.test(path),
    );
    expect(empty.map(({ path }) => path)).toEqual([]);
  });

  it('files of the program are kebab-case', () => {
    const odd = program.filter(
      ({ path }) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.(d|worker))?\.(ts|tsx|css)$/.test(posix.basename(path)),
    );
    expect(odd.map(({ path }) => path)).toEqual([]);
  });

  // The words are spelt with a character class so that this file does not find itself.
  it('nothing is left open', () => {
    expect(findAll(everything, /\b(TO[D]O|FIX[M]E|XX[X]|HA[C]K)\b|not implemente[d] yet/g)).toEqual([]);
  });

  it('the type checker is not talked out of anything', () => {
    expect([
      ...findAll(typescript, /@ts-(ignor[e]|nochec[k]|expect-erro[r])/g),
      ...findAll(typescript.map(withoutComments), /\bas an[y]\b|: an[y]\b|<an[y]>/g),
    ]).toEqual([]);
  });

  it('exports have names', () => {
    expect(findAll(program, /^export default\b/gm)).toEqual([]);
  });

  it('no test is focused or left for later', () => {
    expect(findAll(typescript, /\b(it|test|describe)\.(onl[y]|tod[o])\(|expect\(tru[e]\)/g)).toEqual([]);
  });

  it('no machine and no registry is named', () => {
    expect(
      findAll(
        everything,
        /\/wor[k]\/(main|shared|steering|\.)|\/far[m]\/|\.\.\/share[d]\/|regist[r]y\.npm|\bdebian\.or[g]\b|prox[y]\.golang|registry-1\.docke[r]|static\.crate[s]|pypi\.or[g]/g,
      ),
    ).toEqual([]);
  });

  it('the lock file holds no download address', () => {
    const lock = readFileSync(repositoryPath('package-lock.json'), 'utf8');
    expect(lock).not.toContain('"resolved": "http');
    expect(existsSync(repositoryPath('.npmrc'))).toBe(true);
  });

  // `npm ci` refuses a lock file without them, and npm leaves out what the registry it was written with does not serve.
  it('the lock file knows every optional package', () => {
    const packages: Record<string, { optionalDependencies?: Record<string, string> }> = JSON.parse(
      readFileSync(repositoryPath('package-lock.json'), 'utf8'),
    ).packages;
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages),
      ),
    );
    expect(missing).toEqual([]);
  });
});
