import { createReadStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseScenario, type Scenario } from '@layerscope/core/scenarios';
import type { BlobSource } from '@layerscope/core/sandbox';
import { builtInImage } from '../images/built-in-image.ts';
import { SourceError } from '../images/image-source.ts';

export interface ScenarioFile {
  readonly path: string;
  readonly scenario: Scenario;
  /** Archives beside the file: by path, or by digest as `sha256-<hex>.tar` or `<hex>.tar`. */
  readonly open: BlobSource;
}

const candidates = (name: string): readonly string[] =>
  name.startsWith('sha256:')
    ? [name.replace(':', '-'), name.slice('sha256:'.length)].flatMap((base) => [`${base}.tar`, base])
    : [name];

async function* programs(): AsyncGenerator<Uint8Array, void> {
  const image = await builtInImage('programs');
  if (image !== undefined) yield image;
}

/** Reads a scenario. Throws `SourceError`, `ScenarioError`. */
export const readScenario = async (path: string): Promise<ScenarioFile> => {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new SourceError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const folder = dirname(path);
  return {
    path,
    scenario: parseScenario(text, path),
    open: (name) => {
      if (name === 'programs') return programs();
      const found = candidates(name)
        .map((candidate) => resolve(folder, candidate))
        .find((candidate) => existsSync(candidate));
      return found === undefined ? undefined : (createReadStream(found) as AsyncIterable<Uint8Array>);
    },
  };
};
