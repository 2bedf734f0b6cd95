/**
 * Keeps the page for when there is no network. The build fills in its files and a mark that changes with any of them.
 *
 * It also gives the page the two headers that isolate it from other origins, where the server cannot: programs that wait
 * for input need them.
 */
const FILES = ['__FILES__'];
const CACHE = 'layerscope-__VERSION__';

const isolated = (response) => {
  const headers = new Headers(response.headers);
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
};

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)));
  self.skipWaiting();
});

/** Drops what earlier builds kept, and serves the pages that are open already. */
const clean = async () => {
  const old = (await caches.keys()).filter((name) => name.startsWith('layerscope-') && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
};

self.addEventListener('activate', (event) => {
  event.waitUntil(clean());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || new URL(request.url).origin !== self.location.origin) return;
  const answer = async () => {
    const page = request.mode === 'navigate';
    // A server that varies by Origin would hide what was kept from scripts, which are asked for with one.
    const kept = await caches.match(page ? './' : request, { ignoreSearch: page, ignoreVary: true });
    const response = kept ?? (await fetch(request));
    return page || request.destination === 'worker' ? isolated(response) : response;
  };
  event.respondWith(answer());
});
