/**
 * The document a learner's file runs in: a frame without an origin, whose policy lets nothing load but the blobs it makes
 * itself. The page's own policy must know the hash of the script, because a `srcdoc` document inherits it.
 *
 *   page ── runtime, job, two ports ──▶ frame ── blob ──▶ worker: simulated kernel + the learner's file
 *     ◀───────────── messages of the job ───────────────────┘
 */

/** Starts the worker. The first port is the worker's, the second tells that it could not start or broke. */
export const FRAME_SCRIPT = `
addEventListener('message', ({ data: { runtime, job }, ports: [port, trouble] }) => {
  const worker = new Worker(URL.createObjectURL(new Blob([runtime], { type: 'text/javascript' })));
  worker.addEventListener('error', (event) => trouble.postMessage(event.message || 'the worker ended'));
  worker.postMessage(job, [port]);
}, { once: true });
`;

/** `hash` is `sha256-…` of the script. */
export const frameDocument = (hash: string): string =>
  [
    '<!doctype html>',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src '${hash}' 'wasm-unsafe-eval' blob:; worker-src blob:">`,
    `<script>${FRAME_SCRIPT}</script>`,
  ].join('\n');
