/** The daemons of tier containerd, for benchmarks: bundled from their source, as Node reads no TypeScript here. */
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const REPOSITORY = fileURLToPath(new URL('../../../..', import.meta.url));
/** As deep below `test` as the sources, which name their surroundings from where they are. */
const BUNDLE = join(REPOSITORY, 'test/.cache/bench/daemons.mjs');

const ENTRY = `
  export { startContainerd } from './test/containerd/daemons/containerd.ts';
  export { startLayerscope } from './test/containerd/daemons/layerscope.ts';
  export { startRegistry } from './test/containerd/daemons/registry.ts';
  export { hasRelease } from './test/containerd/daemons/releases.ts';
  export { requirement } from './test/requirements.ts';
`;

export const loadDaemons = async () => {
  await build({
    stdin: { contents: ENTRY, resolveDir: REPOSITORY, loader: 'ts' },
    outfile: BUNDLE,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  return import(pathToFileURL(BUNDLE).href);
};

/** Why real containerd 2.2 cannot be run here. */
export const missingContainerd = async (...programs) => {
  const { hasRelease, requirement } = await loadDaemons();
  const reason = programs.map(requirement).find((each) => each !== undefined);
  return reason ?? (hasRelease('2.2') ? undefined : 'needs root, Go and runc, to run containerd 2.2');
};
