/** Images that come with the program: `demo`, and `programs`, which has WebAssembly programs in its /bin. */
import { readdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEMO_IMAGE_NAME, demoImage, PROGRAMS_IMAGE_NAME, programsImage } from '@layerscope/core/demo';

/** The names of the images, by what they are called at the prompt and in scenarios. */
export const BUILT_IN_IMAGES: Readonly<Record<string, string>> = {
  demo: DEMO_IMAGE_NAME,
  programs: PROGRAMS_IMAGE_NAME,
};

const readPrograms = async (): Promise<ReadonlyMap<string, Uint8Array>> => {
  const folder = dirname(fileURLToPath(import.meta.resolve('@layerscope/core/programs/kv.wasm')));
  const files = (await readdir(folder)).filter((file) => file.endsWith('.wasm')).toSorted();
  return new Map(
    await Promise.all(
      files.map(async (file) => [file.replace(/\.wasm$/, ''), await readFile(`${folder}/${file}`)] as const),
    ),
  );
};

/** The archive of a built-in image; `undefined` when the name is none of theirs. */
export const builtInImage = async (name: string): Promise<Uint8Array | undefined> => {
  if (name === 'demo') return demoImage();
  return name === 'programs' ? programsImage(await readPrograms()) : undefined;
};
