/** Core's declarations as the editor needs them: emitted from the source, and only those that a learner's file reaches. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Plugin } from 'vite';

const MODULE = 'virtual:core-declarations';
const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
/** What a learner's file may import. */
const DOORS = ['fs', 'kernel', 'layers', 'snapshots', 'snapshotters'] as const;

const SPECIFIER = /(from\s+|import\()'(\.[^']+)\.ts'/g;

/** `kernel/kernel.d.ts` → its text. Specifiers lose their `.ts`, which an editor would look for as a source. */
export const coreDeclarations = async (): Promise<Readonly<Record<string, string>>> => {
  const folder = await mkdtemp(join(tmpdir(), 'layerscope-declarations-'));
  try {
    await promisify(execFile)(
      process.execPath,
      [
        'node_modules/typescript/bin/tsc',
        '-p',
        'core',
        '--emitDeclarationOnly',
        '--noCheck',
        '--sourceMap',
        'false',
        '--outDir',
        folder,
      ],
      { cwd: REPOSITORY },
    );
    const found: Record<string, string> = {};
    const visit = async (path: string): Promise<void> => {
      if (path in found) return;
      const text = await readFile(join(folder, path), 'utf8');
      found[path] = text.replace(SPECIFIER, "$1'$2'");
      for (const [, , specifier] of text.matchAll(SPECIFIER))
        await visit(`${posix.join(posix.dirname(path), specifier ?? '')}.d.ts`);
    };
    for (const door of DOORS) await visit(`${door}/index.d.ts`);
    return found;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

export const coreDeclarationsModule = (): Plugin => ({
  name: 'core-declarations',
  resolveId: (id) => (id === MODULE ? `\0${MODULE}` : undefined),
  load: async (id) =>
    id === `\0${MODULE}` ? `export const declarations = ${JSON.stringify(await coreDeclarations())};` : undefined,
});
