/**
 * What core's libraries ask Node for, in a browser: memfs and tar-stream import these modules by name. Without
 * `events`, tar-stream bundles, runs and never hands out an entry; memfs's streams are not used.
 */
import { fileURLToPath } from 'node:url';

const SHIMS: Readonly<Record<string, string>> = {
  buffer: 'buffer/',
  events: 'events/',
  path: 'path-browserify',
  process: fileURLToPath(new URL('process.js', import.meta.url)),
  stream: fileURLToPath(new URL('stream.js', import.meta.url)),
  zlib: fileURLToPath(new URL('zlib.js', import.meta.url)),
  url: fileURLToPath(new URL('url.js', import.meta.url)),
};

export const browserAliases: readonly { readonly find: RegExp; readonly replacement: string }[] = Object.entries(
  SHIMS,
).map(([name, replacement]) => ({ find: new RegExp(`^(node:)?${name}$`), replacement }));
