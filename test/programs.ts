/** The container programs, compiled from their sources and kept in `test/.cache` by what they were made of. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileProgram } from '../core/programs/build.js';

const SOURCES = fileURLToPath(new URL('../core/programs/', import.meta.url));
const CACHE = fileURLToPath(new URL('.cache/programs/', import.meta.url));

const stateOf = (name: string): string => {
  const hash = createHash('sha256');
  for (const file of ['build.js', `${name}.ts`, ...readdirSync(join(SOURCES, 'lib')).map((each) => `lib/${each}`)])
    hash.update(file).update(readFileSync(join(SOURCES, file)));
  return hash.digest('hex').slice(0, 16);
};

/** The bytes of one program. */
export const programBytes = async (name: string): Promise<Uint8Array> => {
  mkdirSync(CACHE, { recursive: true });
  const path = join(CACHE, `${name}-${stateOf(name)}.wasm`);
  if (!existsSync(path)) {
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, await compileProgram(name));
    renameSync(draft, path);
  }
  return new Uint8Array(readFileSync(path));
};
