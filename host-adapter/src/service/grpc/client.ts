/** A snapshotter behind a socket: the contract, spoken over gRPC to containerd or to a server of ours. */
import { Client, Metadata, credentials, type ServiceError } from '@grpc/grpc-js';
import { ContainerdError, ERROR_CLASSES, type ErrorClass, type Snapshotter } from '@layerscope/core/snapshots';
import {
  SnapshotsService,
  type ListSnapshotsRequest,
  type ListSnapshotsResponse,
} from '../generated/containerd/services/snapshots/v1/snapshots.ts';
import { LIMITS } from './limits.ts';
import { fromStatus } from './status.ts';
import { fromWireInfo, fromWireMounts } from './wire.ts';

export interface RemoteSnapshotterOptions {
  /** The path of the socket. */
  readonly address: string;
  /** Which of the server's snapshotters. */
  readonly snapshotter: string;
  /** containerd itself requires one. */
  readonly namespace?: string;
}

/** Servers do not translate what a walk throws: the code is Unknown, but the text still ends with its class. */
const classified = (error: ContainerdError): ContainerdError => {
  if (error.code !== 'Unknown') return error;
  const [code] = Object.entries(ERROR_CLASSES).find(([, { text }]) => error.message.endsWith(`: ${text}`)) ?? [];
  return code === undefined ? error : new ContainerdError(code as ErrorClass, error.message);
};

interface UnaryMethod<Request, Response> {
  readonly path: string;
  requestSerialize(request: Request): Buffer;
  responseDeserialize(bytes: Buffer): Response;
}

/**
 * Connects when the first call is made. Failures are `ContainerdError`s with the server's class and text; a server that
 * is not there is Unavailable. `close` closes the connection only.
 */
export const remoteSnapshotter = (options: RemoteSnapshotterOptions): Required<Snapshotter> => {
  const { snapshotter } = options;
  const client = new Client(`unix:${options.address}`, credentials.createInsecure(), LIMITS);
  const metadata = new Metadata();
  if (options.namespace !== undefined) metadata.set('containerd-namespace', options.namespace);

  const ask = <Request, Response>(method: UnaryMethod<Request, Response>, request: Request): Promise<Response> =>
    new Promise((resolve, reject) => {
      const done = (error: ServiceError | null, response?: Response): void => {
        if (error !== null) reject(fromStatus(error));
        else resolve(response as Response);
      };
      const { path, requestSerialize, responseDeserialize } = method;
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, metadata, done);
    });

  async function* list(filters: readonly string[]): AsyncGenerator<ListSnapshotsResponse, void> {
    const { path, requestSerialize, responseDeserialize } = SnapshotsService.list;
    const call = client.makeServerStreamRequest<ListSnapshotsRequest, ListSnapshotsResponse>(
      path,
      requestSerialize,
      responseDeserialize,
      { snapshotter, filters },
      metadata,
    );
    try {
      for await (const batch of call) yield batch as ListSnapshotsResponse;
    } catch (error) {
      throw error instanceof Error && 'details' in error ? classified(fromStatus(error as ServiceError)) : error;
    } finally {
      call.cancel();
    }
  }

  return {
    stat: async (key) => fromWireInfo((await ask(SnapshotsService.stat, { snapshotter, key })).info),
    update: async ({ name, labels }, ...fieldpaths) => {
      // The kind and the times are sent by containerd as well; nobody looks at them.
      const info = { name, labels, parent: '', kind: 0, createdAt: undefined, updatedAt: undefined } as const;
      const updateMask = fieldpaths.length === 0 ? undefined : fieldpaths;
      return fromWireInfo((await ask(SnapshotsService.update, { snapshotter, info, updateMask })).info);
    },
    usage: (key) => ask(SnapshotsService.usage, { snapshotter, key }),
    mounts: async (key) => fromWireMounts((await ask(SnapshotsService.mounts, { snapshotter, key })).mounts),
    prepare: async (key, parent, { labels = {} } = {}) =>
      fromWireMounts((await ask(SnapshotsService.prepare, { snapshotter, key, parent, labels })).mounts),
    view: async (key, parent, { labels = {} } = {}) =>
      fromWireMounts((await ask(SnapshotsService.view, { snapshotter, key, parent, labels })).mounts),
    commit: async (name, key, { labels = {}, parent = '' } = {}) => {
      await ask(SnapshotsService.commit, { snapshotter, name, key, labels, parent });
    },
    remove: async (key) => {
      await ask(SnapshotsService.remove, { snapshotter, key });
    },
    walk: async (visit, ...filters) => {
      for await (const { info } of list(filters)) for (const row of info) await visit(fromWireInfo(row));
    },
    cleanup: async () => {
      await ask(SnapshotsService.cleanup, { snapshotter });
    },
    close: async () => client.close(),
  };
};
