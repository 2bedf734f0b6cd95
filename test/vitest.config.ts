import { defineConfig } from 'vitest/config';

/** One project a tier: `vitest --config test/vitest.config.ts --project unit`. */
const tier = (name: string, options: object = {}) => ({
  extends: true as const,
  test: { name, include: [`test/${name}/**/*.test.ts`], ...options },
});

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  resolve: { conditions: ['layerscope-source'] },
  ssr: { resolve: { conditions: ['layerscope-source', 'node', 'import', 'module', 'default'] } },
  test: {
    // A CommonJS default import is what Node makes of it, not what a bundler would.
    deps: { interopDefault: false },
    // Daemons to stop, mounts and clones to remove: a hook that is cut short leaves them behind.
    hookTimeout: 300_000,
    projects: [
      tier('unit', { testTimeout: 60_000 }),
      tier('conformance', { testTimeout: 120_000 }),
      tier('differential', { testTimeout: 120_000 }),
      tier('containerd', { testTimeout: 300_000, fileParallelism: false }),
      tier('browser', {
        testTimeout: 120_000,
        fileParallelism: false,
        // A page is looked at until it shows what is expected; a busy machine takes its time.
        expect: { poll: { timeout: 15_000, interval: 50 } },
      }),
      tier('docs', { testTimeout: 120_000, fileParallelism: false }),
    ],
  },
});
