/** What a visitor finds: the built-in image with a container on it. */
import type { Command } from '../kernel/values.ts';

export const FIRST_IMAGE = 'demo';
export const FIRST_CONTAINER = 'web';

export const FIRST_LOG: readonly Command[] = [
  { type: 'import', archive: 'demo', name: FIRST_IMAGE },
  { type: 'container', id: FIRST_CONTAINER, image: FIRST_IMAGE },
];
