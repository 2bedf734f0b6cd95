/**
 * The program that a learner's file runs in, as text: it becomes a blob in a frame that can load nothing. Bundled when
 * somebody asks for it, from core's source.
 */
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { build, type Plugin, type Rolldown } from 'vite';
import { browserAliases } from '../shims/index.ts';
import { FRAME_SCRIPT } from '../src/learner/frame/frame-document.ts';

const MODULE = 'virtual:learner-runtime';
const PROGRAM = fileURLToPath(new URL('../src/learner/machine/main.ts', import.meta.url));

const hash = `sha256-${createHash('sha256').update(FRAME_SCRIPT).digest('base64')}`;

const bundle = async (conditions: readonly string[]): Promise<string> => {
  const { output } = (await build({
    configFile: false,
    logLevel: 'silent',
    root: fileURLToPath(new URL('..', import.meta.url)),
    resolve: { alias: [...browserAliases], conditions: [...conditions] },
    build: {
      write: false,
      target: 'es2023',
      rolldownOptions: { input: PROGRAM, output: { format: 'iife', codeSplitting: false } },
    },
  })) as Rolldown.RolldownOutput;
  return output[0].code;
};

/** Adds the hash of the frame's script to the page's policy, which the frame inherits. */
const withFrameHash = (html: string): string => {
  if (!html.includes("script-src 'self'")) throw new Error('index.html has no policy for scripts');
  return html.replace("script-src 'self'", `script-src 'self' '${hash}'`);
};

export const learnerRuntime = (conditions: readonly string[]): Plugin => ({
  name: 'learner-runtime',
  resolveId: (id) => (id === MODULE ? `\0${MODULE}` : undefined),
  load: async (id) =>
    id === `\0${MODULE}`
      ? `export const hash = ${JSON.stringify(hash)};\nexport const runtime = ${JSON.stringify(await bundle(conditions))};`
      : undefined,
  transformIndexHtml: { order: 'pre', handler: withFrameHash },
});
