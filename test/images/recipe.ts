/**
 * Real images, made once and kept in `test/.cache` under a hash of their recipe: a changed recipe makes a new image.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { script } from '../command.ts';
import type { Requirement } from '../requirements.ts';

export interface ImageRecipe {
  readonly name: string;
  /** What making (not using) the image needs of the machine. */
  readonly needs: readonly Requirement[];
  /** The tag the archive carries, as `ctr` and skopeo name it. */
  readonly reference: string;
  /** The file or folder, in the folder of the image, that is the image. */
  readonly archive: string;
  /** Everything that decides what comes out; its hash is the key of the cache. */
  readonly text: string;
  /** Makes the image in `folder`, an empty directory. */
  build(folder: string): void | Promise<void>;
}

const CACHE = fileURLToPath(new URL('../.cache/images', import.meta.url));

/** Makes the image unless it is there, and answers the path of its archive. Safe to be called by several processes. */
export const builtImage = async (recipe: ImageRecipe): Promise<string> => {
  const key = createHash('sha256').update(recipe.text).digest('hex').slice(0, 16);
  const folder = join(CACHE, `${recipe.name}-${key}`);
  if (!existsSync(folder)) {
    mkdirSync(CACHE, { recursive: true });
    const making = mkdtempSync(join(CACHE, `.${recipe.name}-`));
    try {
      await recipe.build(making);
      renameSync(making, folder);
    } catch (error) {
      // Another process was quicker: its image is as good.
      if (!existsSync(folder)) throw error;
    } finally {
      rmSync(making, { recursive: true, force: true });
    }
  }
  return join(folder, recipe.archive);
};

/** A recipe that is a bash script, run in the empty folder. `inputs` are recipes it starts from, as $NAME of each. */
export const scriptRecipe = (
  recipe: Omit<ImageRecipe, 'text' | 'build'> & {
    readonly script: string;
    readonly inputs?: Readonly<Record<string, ImageRecipe>>;
  },
): ImageRecipe => ({
  ...recipe,
  text: JSON.stringify([recipe.script, Object.values(recipe.inputs ?? {}).map((input) => input.text)]),
  build: async (folder) => {
    const env: Record<string, string> = {};
    for (const [name, input] of Object.entries(recipe.inputs ?? {})) env[name] = await builtImage(input);
    script(recipe.script, { cwd: folder, env });
  },
});
