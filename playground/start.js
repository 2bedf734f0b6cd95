/**
 * `npm start [-- --open] [-- --port N]`: serves the built page on this machine and prints its address. Builds it first
 * when it was not built yet. With `--check`, or LAYERSCOPE_START=check for who cannot pass arguments, it asks itself for
 * the page once and ends.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build, preview } from 'vite';

const DEFAULT_PORT = 4173;

const root = fileURLToPath(new URL('.', import.meta.url));
const { values } = parseArgs({
  options: { open: { type: 'boolean' }, port: { type: 'string' }, check: { type: 'boolean' } },
});

const check = async (url) => {
  const response = await fetch(url);
  const page = await response.text();
  if (!response.ok || !page.includes('<div id="root">')) throw new Error(`${url} answers ${response.status}`);
  console.log(`The page answers: ${response.status}, ${page.length} bytes.`);
};

if (!existsSync(`${root}dist/index.html`)) await build({ root, logLevel: 'warn' });
const once = values.check === true || process.env.LAYERSCOPE_START === 'check';
const server = await preview({
  root,
  logLevel: 'warn',
  preview: { port: Number(values.port ?? DEFAULT_PORT), open: values.open === true },
});
const url = server.resolvedUrls?.local[0] ?? '';
console.log(`Layerscope is at ${url} (Ctrl+C ends it)`);
if (once) {
  await check(url);
  await server.close();
}
