/**
 * `npm run fuzz -- [--ops N] [--seed S] [--options index=on,users] [--sequence N]`: our overlay against the mounted one
 * of this machine's kernel, by random layers and operations. Needs root.
 *
 * The program is bundled from its source first, so that what is written is fuzzed, and not what was built last.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const conditions = ['layerscope-source', 'node', 'import', 'module', 'default'];
// Inside of test/, so that koffi is found.
const folder = join(repository, 'test/.cache/fuzz', String(process.pid));

mkdirSync(folder, { recursive: true });
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
await build({
  configFile: false,
  logLevel: 'error',
  root: repository,
  resolve: { conditions },
  ssr: { noExternal: true, external: ['koffi'], resolve: { conditions } },
  build: {
    ssr: join(repository, 'test/differential/fuzz/fuzz-command.ts'),
    outDir: folder,
    target: 'node20',
    minify: false,
    rolldownOptions: { output: { format: 'es', entryFileNames: 'fuzz.js' } },
  },
});
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');

const fuzz = spawn(process.execPath, [join(folder, 'fuzz.js'), ...process.argv.slice(2)], { stdio: 'inherit' });
// An interrupt reaches both; the fuzzer unmounts what it mounted, and ends.
process.on('SIGINT', () => {});
fuzz.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
