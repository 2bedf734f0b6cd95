/**
 * Runs every code block of every Markdown file of the repository, in order, in a fresh copy of it:
 *
 *   sh       is run, and must succeed
 *   console  `$ ` lines are run; what follows each must be its standard output (a line `…` stands for any lines)
 *   ts       is type-checked and run
 *   text, or no language: a picture, not run
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command } from '../command.ts';
import { cloneRepository, type Clone } from './clone.ts';
import { codeBlocks, exchanges, matchesShown, type CodeBlock } from './code-blocks.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NOT_RUN = new Set(['', 'text']);
const MINUTES = 60_000;

const documents = command('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], { cwd: ROOT })
  .split('\n')
  .filter(Boolean)
  .toSorted((a, b) => Number(b === 'README.md') - Number(a === 'README.md'))
  .map((path) => ({ path, blocks: codeBlocks(readFileSync(`${ROOT}/${path}`, 'utf8')) }));

const runShell = async (clone: Clone, text: string): Promise<void> => {
  const { status, stdout, stderr } = await clone.run(text);
  if (status !== 0) throw new Error(`ended with ${status}\n${stdout}\n${stderr}`);
};

const runConsole = async (clone: Clone, text: string): Promise<void> => {
  for (const { command: typed, output: shown } of exchanges(text)) {
    const { stdout, stderr } = await clone.run(`${typed} || true`);
    const printed = stdout === '' ? [] : stdout.replace(/\n+$/, '').split('\n');
    if (!matchesShown(printed, shown))
      throw new Error(`${typed}\nprinted\n${stdout}${stderr}\nnot\n${shown.join('\n')}`);
  }
};

const runTypeScript = async (text: string, name: string): Promise<void> => {
  const folder = `${ROOT}/test/.cache/documents/${name}`;
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(`${folder}/example.ts`, `${text}\nexport {};\n`);
    writeFileSync(
      `${folder}/tsconfig.json`,
      JSON.stringify({
        extends: '../../../tsconfig.json',
        compilerOptions: { rootDir: '../../../..', noUnusedLocals: false },
        include: ['example.ts'],
      }),
    );
    command(process.execPath, [`${ROOT}/node_modules/typescript/bin/tsc`, '-p', folder]);
    await import(`${folder}/example.ts`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const runBlock = async (clone: Clone, { language, text, line }: CodeBlock, path: string): Promise<void> => {
  switch (language) {
    case 'sh':
      return runShell(clone, text);
    case 'console':
      return runConsole(clone, text);
    case 'ts':
      return runTypeScript(text, `${path.replace(/\W/g, '-')}-${line}`);
    default:
      throw new Error(`nobody knows how to run a block of ${language}: use sh, console, ts or text`);
  }
};

it('there are documents', () => {
  expect(documents.map(({ path }) => path)).toContain('README.md');
});

// One copy for all: the README comes first and installs, as a reader would.
let clone: Clone;
beforeAll(async () => {
  clone = await cloneRepository();
});
afterAll(() => clone?.remove());

const runnable = documents
  .map(({ path, blocks }) => ({ path, blocks: blocks.filter(({ language }) => !NOT_RUN.has(language)) }))
  .filter(({ blocks }) => blocks.length > 0);

describe.each(runnable)('$path', ({ path, blocks }) => {
  it.each(blocks)(
    'line $line: $language',
    async (block) => {
      await expect(runBlock(clone, block, path)).resolves.toBeUndefined();
    },
    10 * MINUTES,
  );
});
