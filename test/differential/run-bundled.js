import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const conditions = ['layerscope-source', 'node', 'import', 'module', 'default'];

/**
 * Runs a TypeScript program of these tests with the arguments of this one, and ends as it ends. It is bundled from its
 * source, so that what is written is run, and not what was built last.
 */
export const runBundled = async (program) => {
  // Inside of test/, so that koffi is found.
  const folder = join(repository, 'test/.cache/programs', String(process.pid));
  mkdirSync(folder, { recursive: true });
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  await build({
    configFile: false,
    logLevel: 'error',
    root: repository,
    resolve: { conditions },
    ssr: { noExternal: true, external: ['koffi'], resolve: { conditions } },
    build: {
      ssr: join(repository, 'test/differential', program),
      outDir: folder,
      target: 'node20',
      minify: false,
      rolldownOptions: { output: { format: 'es', entryFileNames: 'program.js' } },
    },
  });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  const child = spawn(process.execPath, [join(folder, 'program.js'), ...process.argv.slice(2)], {
    stdio: 'inherit',
    cwd: repository,
  });
  // An interrupt reaches both; the program unmounts what it mounted, and ends.
  process.on('SIGINT', () => {});
  child.on('exit', (code) => process.exit(code ?? 1));
};
