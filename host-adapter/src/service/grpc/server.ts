/** A gRPC server on a unix socket, with the services of one snapshotter. */
import { isAscii } from 'node:buffer';
import { Server, ServerCredentials, type ServiceDefinition } from '@grpc/grpc-js';
import { BinaryReader } from '@bufbuild/protobuf/wire';
import type { Snapshotter } from '@layerscope/core/snapshots';
import { DiffService } from '../generated/containerd/services/diff/v1/diff.ts';
import { SnapshotsService } from '../generated/containerd/services/snapshots/v1/snapshots.ts';
import { HealthService } from '../generated/grpc/health/v1/health.ts';
import type { CallObserver, CallRecord } from './call.ts';
import { diffService, type DiffGround } from './diff.ts';
import { createHealth } from './health.ts';
import { LIMITS } from './limits.ts';
import { snapshotsService } from './snapshots.ts';

export interface SnapshotServer {
  /**
   * Takes no new calls and waits for those under way, at most `seconds`; then ends what is left. When it resolves no
   * call works on the snapshotter any more.
   */
  drain(seconds: number): Promise<void>;
}

export interface SnapshotServerOptions {
  readonly snapshotter: Snapshotter;
  /** The path of the socket; nothing is there, and its directory exists. */
  readonly address: string;
  /** Serves `containerd.services.diff.v1` as well. The caller closes its content store. */
  readonly diff?: DiffGround;
  readonly onCall?: (record: CallRecord) => void;
}

const SNAPSHOTS = 'containerd.services.snapshots.v1.Snapshots';
const DIFF = 'containerd.services.diff.v1.Diff';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Keys and labels are ASCII nearly always, and short: then this is several times as fast as the decoder. */
const textOf = (bytes: Uint8Array): string =>
  isAscii(bytes) ? Buffer.prototype.latin1Slice.call(bytes, 0, bytes.length) : utf8.decode(bytes);

/**
 * The service as generated, but with strings that must be UTF-8, as Go's protobuf demands: read leniently, two keys
 * could become one.
 */
const strict = (service: ServiceDefinition): ServiceDefinition =>
  Object.fromEntries(
    Object.entries(service).map(([name, method]) => [
      name,
      {
        ...method,
        requestDeserialize: (bytes: Buffer): unknown =>
          // A decoder of ours reads from bytes or from a reader of them.
          method.requestDeserialize(new BinaryReader(bytes, textOf) as unknown as Buffer),
      },
    ]),
  );

const listen = (server: Server, address: string): Promise<void> =>
  new Promise((resolve, reject) => {
    // The socket is made with mode 0600: whoever may connect may read and change every container's files.
    const umask = process.umask(0o177);
    server.bindAsync(`unix:${address}`, ServerCredentials.createInsecure(), (error) => {
      process.umask(umask);
      if (error === null) resolve();
      else reject(error);
    });
  });

const shutDown = (server: Server, seconds: number): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => {
      server.forceShutdown();
      resolve();
    }, seconds * 1000);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });

/** Resolves when calls are answered. Rejects when the socket cannot be made. */
export const serveSnapshots = async (options: SnapshotServerOptions): Promise<SnapshotServer> => {
  // Nobody asks for grpc-js's own statistics, and they cost a tenth of a call.
  const server = new Server({ ...LIMITS, 'grpc.enable_channelz': 0 });
  let underWay = 0;
  let idle: (() => void) | undefined;
  const observer: CallObserver = {
    began: () => {
      underWay += 1;
    },
    ended: (record) => {
      underWay -= 1;
      options.onCall?.(record);
      if (underWay === 0) idle?.();
    },
  };
  const health = createHealth(options.diff === undefined ? [SNAPSHOTS] : [SNAPSHOTS, DIFF]);
  server.addService(strict(SnapshotsService), snapshotsService(options.snapshotter, observer));
  if (options.diff !== undefined) server.addService(strict(DiffService), diffService(options.diff, observer));
  server.addService(strict(HealthService), health.service);
  await listen(server, options.address);
  return {
    drain: async (seconds) => {
      health.stop();
      await shutDown(server, seconds);
      // A caller that left does not stop what it asked for.
      if (underWay > 0) await new Promise<void>((resolve) => (idle = resolve));
    },
  };
};
