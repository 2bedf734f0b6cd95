/** The worker a learner's file runs in. One job, then it is ended; or a place in the node until that is. */
import type { Job } from '../job.ts';
import type { NodeJob } from '../node/protocol.ts';
import { serveNode } from '../node/serve-node.ts';
import { runJob } from './run-job.ts';

const importText = async (text: string): Promise<object> => {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  try {
    return (await import(/* @vite-ignore */ address)) as object;
  } finally {
    URL.revokeObjectURL(address);
  }
};

/**
 * What a platform would have and a snapshotter has no business with. The frame's policy refuses all of it anyway; without
 * the names the file hears so at once, in its own words.
 */
const ABSENT = [
  'fetch',
  'XMLHttpRequest',
  'WebSocket',
  'EventSource',
  'WebTransport',
  'BroadcastChannel',
  'Worker',
  'importScripts',
  'indexedDB',
  'caches',
];
for (const name of ABSENT) Object.defineProperty(globalThis, name, { value: undefined, configurable: false });

// The port is closed over and the listener gone before a line of the learner's runs: it can disturb nobody but itself.
const begin = ({ data, ports: [port] }: MessageEvent<Job | NodeJob>): void => {
  removeEventListener('message', begin);
  if (data.kind === 'node') {
    if (port === undefined) return;
    serveNode(data, importText, port);
    port.start();
    return;
  }
  void runJob(data, importText, (message) => port?.postMessage(message));
};
addEventListener('message', begin);
