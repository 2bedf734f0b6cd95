import { defineConfig } from 'vite';
import optimizeLocales from '@react-aria/optimize-locales-plugin';
import { coreDeclarationsModule, firstVisit, learnerRuntime, preloadedPage, lessonFiles } from './plugins/index.ts';
import { offline } from './offline/plugin.ts';
import { browserAliases } from './shims/index.ts';

/** SharedArrayBuffer, and with it a program that waits for input, needs a page that nobody else shares a process with. */
const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

const conditions = ['layerscope-source', 'module', 'browser', 'production'];

const visit = firstVisit(conditions);

export default defineConfig({
  root: new URL('.', import.meta.url).pathname,
  // The built folder works from any path of any static server.
  base: './',
  resolve: { alias: [...browserAliases], conditions },
  plugins: [
    optimizeLocales.vite({ locales: ['en-US', 'zh-CN'] }),
    learnerRuntime(conditions),
    coreDeclarationsModule(),
    lessonFiles(),
    visit(),
    preloadedPage(),
    offline(),
  ],
  worker: { format: 'es', plugins: () => [visit()] },
  build: { target: 'es2023', chunkSizeWarningLimit: 4096, modulePreload: { polyfill: false } },
  server: { headers: ISOLATED, host: '127.0.0.1' },
  preview: { headers: ISOLATED, host: '127.0.0.1' },
});
