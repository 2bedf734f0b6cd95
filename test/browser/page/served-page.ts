/** The page as it is built, served on this machine; built anew when a source is younger than it. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { preview } from 'vite';
import { command } from '../../command.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PLAYGROUND = join(ROOT, 'playground');

export const DIST: string = join(PLAYGROUND, 'dist');

const youngest = (folder: string): number =>
  Math.max(
    ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => statSync(join(folder, name)).mtimeMs),
  );

const SOURCES = ['core/src', 'playground/src', 'playground/public', 'playground/shims', 'playground/offline'];

/** Builds the page unless what is there is up to date. */
export const buildPage = (): void => {
  const index = join(DIST, 'index.html');
  const newest = Math.max(
    ...SOURCES.map((folder) => youngest(join(ROOT, folder))),
    ...['index.html', 'vite.config.ts'].map((file) => statSync(join(PLAYGROUND, file)).mtimeMs),
  );
  if (existsSync(index) && statSync(index).mtimeMs > newest) return;
  // As a process of its own: in a test runner's, React would be built for development.
  command('npx', ['vite', 'build', 'playground', '--logLevel', 'error'], {
    cwd: ROOT,
    env: { NODE_ENV: 'production' },
  });
};

export interface ServedPage {
  /** Ends in a slash. */
  readonly url: string;
  close(): Promise<void>;
}

export const servePage = async (): Promise<ServedPage> => {
  buildPage();
  const server = await preview({
    root: PLAYGROUND,
    configFile: join(PLAYGROUND, 'vite.config.ts'),
    logLevel: 'error',
    preview: { port: 0 },
  });
  return { url: server.resolvedUrls?.local[0] ?? '', close: () => server.close() };
};
