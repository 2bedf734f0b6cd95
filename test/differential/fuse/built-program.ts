import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const source = (path: string): string => join(repository, 'host-adapter/src', path);
const CONDITIONS = ['layerscope-source', 'node', 'import', 'module', 'default'];

/** Programs bundled from their source, so that a test runs what is written and not what was built last. */
export interface BuiltPrograms {
  /** The `overlay` command. */
  readonly overlay: string;
  /** See `scene-server.ts`. */
  readonly sceneServer: string;
  remove(): void;
}

export const buildPrograms = async (): Promise<BuiltPrograms> => {
  // Inside of test/, so that koffi is found.
  const folder = join(repository, 'test/.cache/fuse', String(process.pid));
  mkdirSync(folder, { recursive: true });
  await build({
    configFile: false,
    logLevel: 'error',
    root: repository,
    resolve: { conditions: CONDITIONS },
    ssr: { noExternal: true, external: ['koffi'], resolve: { conditions: CONDITIONS } },
    build: {
      ssr: true,
      outDir: folder,
      target: 'node20',
      minify: false,
      rolldownOptions: {
        input: {
          'overlay-program': join(repository, 'test/differential/fuse/overlay-program.ts'),
          'scene-server': join(repository, 'test/differential/fuse/scene-server.ts'),
          // These two are found beside the program, by name.
          'fuse-worker': source('fuse/fuse-worker.ts'),
          'overlay-layers': source('overlay-mount/overlay-layers.ts'),
        },
        preserveEntrySignatures: 'strict',
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  return {
    overlay: join(folder, 'overlay-program.js'),
    sceneServer: join(folder, 'scene-server.js'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};
