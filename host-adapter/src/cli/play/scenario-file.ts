import { createReadStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseScenario, type Scenario } from '@layerscope/core/scenarios';
import type { BlobSource } from '@layerscope/core/sandbox';
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
      const found = candidates(name)
        .map((candidate) => resolve(folder, candidate))
        .find((candidate) => existsSync(candidate));
      return found === undefined ? undefined : (createReadStream(found) as AsyncIterable<Uint8Array>);
    },
  };
};
