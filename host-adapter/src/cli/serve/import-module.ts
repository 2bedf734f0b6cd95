import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, formatMessages, type BuildFailure, type Plugin } from 'esbuild';
import { ServeError } from '../../service/index.ts';

/**
 * What the file imports of `@layerscope/core` is the copy that runs here, wherever the file lies: its errors must be
 * the errors that the server knows.
 */
const ourCore: Plugin = {
  name: 'our-core',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^@layerscope\/core\// }, ({ path }) => ({ path: import.meta.resolve(path), external: true }));
  },
};

const isBuildFailure = (error: unknown): error is BuildFailure => error instanceof Error && 'errors' in error;

/**
 * Imports a TypeScript or JavaScript file together with what it imports. Node 20 knows no types, and later ones only
 * strip them: esbuild makes one module of the files, and errors point into the sources.
 */
export const importModule = async (path: string): Promise<object> => {
  const folder = await mkdtemp(join(tmpdir(), 'layerscope-module-'));
  try {
    const { outputFiles } = await build({
      entryPoints: [resolve(path)],
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      sourcemap: 'inline',
      logLevel: 'silent',
      plugins: [ourCore],
    });
    const file = join(folder, 'snapshotter.mjs');
    await writeFile(file, outputFiles[0]!.contents);
    process.setSourceMapsEnabled(true);
    const module: object = await import(pathToFileURL(file).href);
    return module;
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    const problems = await formatMessages(error.errors, { kind: 'error', terminalWidth: 120 });
    throw new ServeError(`${path} cannot be read:\n${problems.join('').trimEnd()}`, 'Mend it and start again.');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
