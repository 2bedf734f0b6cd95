import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findAll, importsOf, repositoryPath, sourceFiles, withoutComments } from './source-files.ts';

const core = sourceFiles('core/src', /\.ts$/);
const code = core.map(withoutComments);

describe('core runs on every platform', () => {
  it('imports nothing of Node', () => {
    const found = core.flatMap((file) =>
      importsOf(file)
        .filter((target) => target.startsWith('node:'))
        .map((t) => `${file.path}: ${t}`),
    );
    expect(found).toEqual([]);
  });

  it('type-checks with no platform types', () => {
    const { compilerOptions } = JSON.parse(readFileSync(repositoryPath('core/tsconfig.json'), 'utf8'));
    expect(compilerOptions.types).toEqual([]);
    const tsc = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'core', '--noEmit'], {
      cwd: repositoryPath(''),
      encoding: 'utf8',
    });
    expect(tsc.stdout).toBe('');
    expect(tsc.status).toBe(0);
  }, 60_000);

  it('uses no ambient clock, randomness or timer', () => {
    expect(
      findAll(
        code,
        /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\.now\b|\bcrypto\.(getRandomValues|randomUUID)\b|\bset(Timeout|Interval)\b/g,
      ),
    ).toEqual([]);
  });

  it('never prints', () => {
    expect(findAll(code, /\bconsole\.\w+/g)).toEqual([]);
  });
});
