import { fileURLToPath } from 'node:url';
import { build, type Rolldown } from 'vite';
import { browserAliases } from './shims/index.ts';

/**
 * Bundles a program for the browser as one ES module and answers its text. `core` is taken from its source. Fails when
 * anything of Node is left in it: vite would put an empty module there and only warn.
 */
export const bundleForBrowser = async (program: string): Promise<string> => {
  const warnings: string[] = [];
  const output = (await build({
    configFile: false,
    logLevel: 'silent',
    root: fileURLToPath(new URL('../..', import.meta.url)),
    resolve: {
      alias: [...browserAliases],
      conditions: ['layerscope-source', 'module', 'browser', 'production'],
    },
    // memfs reads `process.platform` and the like behind `typeof` guards, except for this one.
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      target: 'es2023',
      minify: false,
      rolldownOptions: {
        input: program,
        preserveEntrySignatures: 'strict',
        output: { format: 'es', codeSplitting: false },
        onLog: (_level, log) => void warnings.push(log.message),
      },
    },
  })) as Rolldown.RolldownOutput;
  const ofNode = warnings.filter((message) => message.includes('externalized for browser compatibility'));
  if (ofNode.length > 0) throw new Error(`${program} needs Node in the browser:\n${ofNode.join('\n')}`);
  return output.output[0].code;
};
