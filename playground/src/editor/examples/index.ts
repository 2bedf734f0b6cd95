/** Files to begin with; each runs as it is behind `layerscope serve --snapshotter`. */
// oxlint-disable import/default -- vite hands out a file's text as the default export
import blank from './blank.ts?raw';
import broken from './broken.ts?raw';
import movedUpperdir from './moved-upperdir.ts?raw';
import native from './native.ts?raw';
import overlayfs from './overlayfs.ts?raw';
// oxlint-enable import/default

export const EXAMPLES = {
  blank: { file: 'my-snapshotter.ts', text: blank },
  overlayfs: { file: 'overlayfs.ts', text: overlayfs },
  native: { file: 'native.ts', text: native },
  'moved-upperdir': { file: 'moved-upperdir.ts', text: movedUpperdir },
  broken: { file: 'broken.ts', text: broken },
} as const;

export type ExampleName = keyof typeof EXAMPLES;

export const isExample = (name: string): name is ExampleName => Object.hasOwn(EXAMPLES, name);
