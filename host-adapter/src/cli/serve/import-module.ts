import { existsSync } from 'node:fs';
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

/** What a user's own code threw, and where in it: the first place of the stack. */
export const thrownBy = (error: unknown): string =>
  error instanceof Error && error.stack !== undefined
    ? error.stack.replace(/(\n {4}at [^\n]*)(\n {4}at [^\n]*)*$/, '$1')
    : String(error);

const isBuildFailure = (error: unknown): error is BuildFailure => error instanceof Error && 'errors' in error;

/**
 * Imports a TypeScript or JavaScript file together with what it imports. Node 20 knows no types, and later ones only
 * strip them: esbuild makes one module of the files, and errors point into the sources.
 * Throws `ServeError` for a file that is not there, that cannot be read as a module, or that throws when it is loaded.
 */
export const importModule = async (path: string): Promise<object> => {
  if (!existsSync(path))
    throw new ServeError(`there is no file ${resolve(path)}`, 'Pass the path of a .ts or .js file.');
  const folder = await mkdtemp(join(tmpdir(), 'layerscope-module-'));
  try {
    const file = join(folder, 'snapshotter.mjs');
    const { outputFiles } = await build({
      entryPoints: [resolve(path)],
      // Not written yet: the places of the sources are told from here.
      outfile: file,
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      sourcemap: 'inline',
      logLevel: 'silent',
      plugins: [ourCore],
    });
    await writeFile(file, outputFiles[0]!.contents);
    process.setSourceMapsEnabled(true);
    const module: object = await import(pathToFileURL(file).href);
    return module;
  } catch (error) {
    if (!isBuildFailure(error)) {
      throw new ServeError(`${path} fails when it is loaded:\n${thrownBy(error)}`, 'Mend it and start again.');
    }
    // Notes tell users of esbuild what to configure; here there is nothing to configure.
    const errors = error.errors.map((problem) => ({ ...problem, notes: [] }));
    const problems = await formatMessages(errors, { kind: 'error', terminalWidth: 120 });
    throw new ServeError(`${path} cannot be read:\n${problems.join('').trimEnd()}`, 'Mend it and start again.');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
