/** Scenario files as modules: read when the page is built, so that no parser travels with it. */
import type { Plugin } from 'vite';
import { parse } from 'yaml';

export const lessonFiles = (): Plugin => ({
  name: 'lesson-files',
  transform: (code, id) =>
    id.endsWith('.yaml') ? { code: `export const scenario = ${JSON.stringify(parse(code))};`, map: null } : undefined,
});
