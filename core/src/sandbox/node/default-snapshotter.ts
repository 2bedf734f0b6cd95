import type { Client } from '../metadata/index.ts';

/** On a namespace: the snapshotter that images are unpacked with and containers made with, where none is named. */
export const LABEL_DEFAULT_SNAPSHOTTER = 'containerd.io/defaults/snapshotter';

/** The snapshotter that is meant: the one named, else the namespace's, else the node's. */
export const resolveSnapshotter = async (
  client: Client,
  named: string | undefined,
  otherwise: string,
): Promise<string> =>
  named !== undefined && named !== ''
    ? named
    : ((await client.namespaces.labels(client.namespace))[LABEL_DEFAULT_SNAPSHOTTER] ?? otherwise);
