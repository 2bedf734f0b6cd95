/** The image this repository makes itself, see `core/src/demo`. */
import { writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { demoImage } from '@layerscope/core/demo';
import type { ImageRecipe } from './recipe.ts';

const bytes = await demoImage();

export const demo: ImageRecipe = {
  name: 'demo',
  reference: 'layerscope.test/demo:latest',
  needs: [],
  archive: 'image.tar',
  text: createHash('sha256').update(bytes).digest('hex'),
  build: (folder) => writeFileSync(join(folder, 'image.tar'), bytes),
};
