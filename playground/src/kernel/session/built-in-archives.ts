/** The archives of the built-in images, made when they are asked for. */
import benchmark from '@layerscope/core/programs/benchmark.wasm?url';
import kv from '@layerscope/core/programs/kv.wasm?url';
import logger from '@layerscope/core/programs/logger.wasm?url';
import pkg from '@layerscope/core/programs/pkg.wasm?url';
import serve from '@layerscope/core/programs/serve.wasm?url';
import sums from '@layerscope/core/programs/sums.wasm?url';
import watch from '@layerscope/core/programs/watch.wasm?url';
import { DEMO_ARCHIVE, isBuiltIn } from './names.ts';

const PROGRAMS: Readonly<Record<string, string>> = { benchmark, kv, logger, pkg, serve, sums, watch };

const programs = async (): Promise<ReadonlyMap<string, Uint8Array>> =>
  new Map(
    await Promise.all(
      Object.entries(PROGRAMS).map(async ([name, url]) => {
        const response = await fetch(url);
        return [name, new Uint8Array(await response.arrayBuffer())] as const;
      }),
    ),
  );

/** `undefined` when the name is none of theirs. */
export const builtInArchive = async (name: string): Promise<Blob | undefined> => {
  if (!isBuiltIn(name)) return undefined;
  const { demoImage, programsImage } = await import('@layerscope/core/demo');
  return new Blob([name === DEMO_ARCHIVE ? await demoImage() : await programsImage(await programs())]);
};
