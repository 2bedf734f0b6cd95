/** What a first visit finds as modules: see src/kernel/first-visit.ts, which is run once for each build. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin, type Rolldown } from 'vite';
import { browserAliases } from '../shims/index.ts';

const STATE = 'virtual:first-state';
const ARCHIVE = 'virtual:demo-archive';
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MADE = join(ROOT, 'node_modules/.layerscope');

interface Made {
  readonly state: object;
  /** Path of the archive. */
  readonly archive: string;
}

const make = async (conditions: readonly string[]): Promise<Made> => {
  const { output } = (await build({
    configFile: false,
    logLevel: 'silent',
    root: ROOT,
    resolve: { alias: [...browserAliases], conditions: [...conditions] },
    build: {
      write: false,
      target: 'es2023',
      minify: false,
      rolldownOptions: {
        input: join(ROOT, 'src/kernel/first-visit.ts'),
        preserveEntrySignatures: 'strict',
        output: { format: 'es', codeSplitting: false },
      },
    },
  })) as Rolldown.RolldownOutput;
  await mkdir(MADE, { recursive: true });
  const program = join(MADE, 'first-visit.mjs');
  await writeFile(program, output[0].code);
  const { firstVisit } = (await import(pathToFileURL(program).href)) as typeof import('../src/kernel/first-visit.ts');
  const { archive, ...state } = await firstVisit();
  const path = join(MADE, 'demo.tar');
  await writeFile(path, archive);
  return { state, archive: path };
};

/** For the page and for its workers alike. */
export const firstVisit = (conditions: readonly string[]): (() => Plugin) => {
  let made: Promise<Made> | undefined;
  return () => ({
    name: 'first-visit',
    resolveId: (id) => (id === STATE || id === ARCHIVE ? `\0${id}` : undefined),
    load: async (id) => {
      if (id !== `\0${STATE}` && id !== `\0${ARCHIVE}`) return undefined;
      const { state, archive } = await (made ??= make(conditions));
      return id === `\0${STATE}`
        ? `export const firstState = ${JSON.stringify(state)};`
        : `export { default as address } from ${JSON.stringify(`${archive}?url`)};`;
    },
  });
};
