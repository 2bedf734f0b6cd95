import { fileURLToPath } from 'node:url';
import { build, type Rolldown } from 'vite';
import { browserAliases } from '../../playground/shims/index.ts';

/**
 * Bundles a program for the browser as one ES module and answers its text. `core` is taken from its source. Fails when
 * anything of Node is left in it: vite would put an empty module there and only warn.
 */
export const bundleForBrowser = async (program: string): Promise<string> => {
  const output = (await build({
    configFile: false,
    logLevel: 'silent',
    root: fileURLToPath(new URL('../..', import.meta.url)),
    resolve: {
      alias: [...browserAliases],
      conditions: ['layerscope-source', 'module', 'browser', 'production'],
    },
    build: {
      write: false,
      target: 'es2023',
      minify: false,
      rolldownOptions: {
        input: program,
        preserveEntrySignatures: 'strict',
        output: { format: 'es', codeSplitting: false },
      },
    },
  })) as Rolldown.RolldownOutput;
  const { code, moduleIds } = output.output[0];
  // Without a name it is what a package itself declares to need in Node only.
  const ofNode = moduleIds.flatMap((id) => /__vite-browser-external:(.+)$/.exec(id)?.[1] ?? []);
  if (ofNode.length > 0) throw new Error(`${program} needs of Node, in a browser: ${ofNode.join(', ')}`);
  return code;
};
