/** The service `grpc.health.v1.Health`: what probes of a service manager ask. */
import { Metadata, status, type ServerWritableStream } from '@grpc/grpc-js';
import {
  HealthCheckResponse_ServingStatus as Serving,
  type HealthCheckRequest,
  type HealthCheckResponse,
  type HealthServer,
} from '../generated/grpc/health/v1/health.ts';

export interface Health {
  readonly service: HealthServer;
  /** From now on the answer is NOT_SERVING, and watchers hear of it for the last time. */
  stop(): void;
}

type Watcher = ServerWritableStream<HealthCheckRequest, HealthCheckResponse>;

/** `names`: the full names of the services that are served. */
export const createHealth = (names: readonly string[]): Health => {
  let serving = true;
  const watchers = new Set<Watcher>();
  const known = new Set(['', ...names]);
  const answer = (name: string): HealthCheckResponse => ({
    status: !known.has(name) ? Serving.SERVICE_UNKNOWN : serving ? Serving.SERVING : Serving.NOT_SERVING,
  });
  return {
    service: {
      check: ({ request }, callback) => {
        if (known.has(request.service)) return callback(null, answer(request.service));
        callback({ code: status.NOT_FOUND, details: 'unknown service', metadata: new Metadata() });
      },
      watch: (call) => {
        watchers.add(call);
        call.once('cancelled', () => watchers.delete(call));
        call.write(answer(call.request.service));
      },
    },
    stop: () => {
      serving = false;
      for (const call of watchers) {
        call.write(answer(call.request.service));
        call.end();
      }
      watchers.clear();
    },
  };
};
