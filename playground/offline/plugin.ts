/** Writes the service worker of a build: with the names of all its files, and a mark made of what is in them. */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import type { Plugin } from 'vite';

const TEMPLATE = new URL('service-worker.js', import.meta.url);
const NAME = 'service-worker.js';

/** Every file of a folder and its folders, in byte order. */
const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name !== NAME && !name.endsWith('.map') && statSync(join(folder, name)).isFile())
    .map((name) => name.split(sep).join('/'))
    .toSorted();

export const offline = (): Plugin => {
  let folder = '';
  return {
    name: 'layerscope:offline',
    apply: 'build',
    configResolved: ({ root, build }) => {
      folder = resolve(root, build.outDir);
    },
    // When everything is written: workers are bundles of their own, and no bundle knows the others' files.
    closeBundle: {
      order: 'post',
      handler: (error) => {
        if (error !== undefined) return;
        const files = filesIn(folder);
        const hash = createHash('sha256');
        for (const name of files) hash.update(name).update(readFileSync(join(folder, name)));
        const names = files.map((name) => (name === 'index.html' ? './' : `./${name}`));
        const source = readFileSync(TEMPLATE, 'utf8')
          .replace("['__FILES__']", JSON.stringify(names, null, 2))
          .replace('__VERSION__', hash.digest('hex').slice(0, 12));
        writeFileSync(join(folder, NAME), source);
      },
    },
  };
};
