/**
 * Builds the container programs, AssemblyScript in this folder, to `core/dist/programs/NAME.wasm`: plain WASI commands
 * that import nothing else. `node core/programs/build.js` builds those whose sources are newer.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { main } from 'assemblyscript/asc';

const SOURCES = fileURLToPath(new URL('.', import.meta.url));
const OUTPUT = fileURLToPath(new URL('../dist/programs/', import.meta.url));

/** Names of the programs: one file each beside this one. */
export const programNames = readdirSync(SOURCES)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
  .map((name) => name.slice(0, -3));

/** Compiles one program; answers its bytes. Throws with the compiler's messages. */
export const compileProgram = async (name) => {
  let binary;
  const { error, stderr } = await main(
    [
      `${name}.ts`,
      `--baseDir=${SOURCES}`,
      `--outFile=${name}.wasm`,
      '--optimizeLevel=3',
      '--shrinkLevel=1',
      '--runtime=incremental',
      '--exportStart=_start',
      '--exportRuntime',
      '--use=abort=lib/program/abort',
    ],
    {
      readFile: (path, base) => (existsSync(join(base, path)) ? readFileSync(join(base, path), 'utf8') : null),
      writeFile: (_path, contents) => void (binary = contents),
      listFiles: () => [],
    },
  );
  if (error !== null) throw new Error(`${name}.ts: ${stderr.toString()}`, { cause: error });
  return binary;
};

const newest = (folder) =>
  Math.max(
    ...readdirSync(folder, { withFileTypes: true }).map((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? newest(path) : statSync(path).mtimeMs;
    }),
  );

const build = async () => {
  const changed = newest(SOURCES);
  mkdirSync(OUTPUT, { recursive: true });
  for (const name of programNames) {
    const output = join(OUTPUT, `${name}.wasm`);
    if (existsSync(output) && statSync(output).mtimeMs > changed) continue;
    writeFileSync(output, await compileProgram(name));
  }
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await build();
