/** The health service as probes ask it: grpc_health_probe, kubelet, service meshes. */
import { Client, Metadata, credentials, status, type ServiceError } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  HealthCheckResponse_ServingStatus as Serving,
  HealthService,
  type HealthCheckResponse,
} from '../../../../host-adapter/src/service/generated/grpc/health/v1/health.ts';
import { serveInMemory, type Served } from './served.ts';

const SNAPSHOTS = 'containerd.services.snapshots.v1.Snapshots';

let served: Served;
let client: Client;
beforeEach(async () => {
  served = await serveInMemory();
  client = new Client(`unix:${served.address}`, credentials.createInsecure());
});
afterEach(async () => {
  client.close();
  await served.stop();
});

/** The status of a service, or the code of the refusal. */
const check = (service: string): Promise<Serving | { readonly refused: number }> =>
  new Promise((resolve) => {
    const { path, requestSerialize, responseDeserialize } = HealthService.check;
    client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      { service },
      new Metadata(),
      (error: ServiceError | null, answer?: HealthCheckResponse) =>
        resolve(error === null ? answer!.status : { refused: error.code }),
    );
  });

/** What a watcher hears until it is told no more. */
const watch = (service: string): { readonly heard: Serving[]; readonly ended: Promise<void> } => {
  const { path, requestSerialize, responseDeserialize } = HealthService.watch;
  const call = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, { service });
  const heard: Serving[] = [];
  call.on('data', ({ status: told }: HealthCheckResponse) => heard.push(told));
  const ended = new Promise<void>((resolve) => call.once('end', resolve).once('error', () => resolve()));
  return { heard, ended };
};

describe('the health service', () => {
  it('answers for the server as a whole and for each service by its name', async () => {
    expect(await check('')).toBe(Serving.SERVING);
    expect(await check(SNAPSHOTS)).toBe(Serving.SERVING);
  });

  it('knows no service that is not served', async () => {
    expect(await check('containerd.services.diff.v1.Diff')).toEqual({ refused: status.NOT_FOUND });
    const { heard } = watch('no.Such');
    // A watcher waits for it to be served.
    await expect.poll(() => heard).toEqual([Serving.SERVICE_UNKNOWN]);
  });

  it('tells watchers once, and that it ends before calls under way are waited for', async () => {
    const { heard, ended } = watch(SNAPSHOTS);
    await expect.poll(() => heard).toEqual([Serving.SERVING]);
    await served.server.drain(5);
    await ended;
    expect(heard).toEqual([Serving.SERVING, Serving.NOT_SERVING]);
  });
});
