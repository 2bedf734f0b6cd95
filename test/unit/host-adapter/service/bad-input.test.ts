import { EventEmitter, once } from 'node:events';
import { Client, Metadata, credentials, status, type ServiceError } from '@grpc/grpc-js';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { remoteSnapshotter } from '../../../../host-adapter/src/service/index.ts';
import { SnapshotsService } from '../../../../host-adapter/src/service/generated/containerd/services/snapshots/v1/snapshots.ts';
import { newSnapshotter, serveInMemory, type Served } from './served.ts';

const METHODS = ['Prepare', 'View', 'Mounts', 'Commit', 'Remove', 'Stat', 'Update', 'Usage', 'Cleanup', 'Nonsense'];

let served: Served;
let client: Client;

beforeEach(async () => {
  served = await serveInMemory();
  client = new Client(`unix:${served.address}`, credentials.createInsecure(), {
    'grpc.max_send_message_length': -1,
  });
});
afterEach(async () => {
  client.close();
  await served.stop();
});

const raw = (method: string, bytes: Uint8Array, metadata = new Metadata(), deadline?: number): Promise<number> =>
  new Promise((resolve) => {
    client.makeUnaryRequest(
      `/containerd.services.snapshots.v1.Snapshots/${method}`,
      (request: Buffer) => request,
      (response: Buffer) => response,
      Buffer.from(bytes),
      metadata,
      deadline === undefined ? {} : { deadline },
      (error: ServiceError | null) => resolve(error?.code ?? status.OK),
    );
  });

const refusalOf = async (call: Promise<unknown>): Promise<{ readonly code: string; readonly message: string }> => {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error as { code: string; message: string };
};

describe('requests that no containerd sends', () => {
  it('random bytes are refused, and the server goes on', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...METHODS), fc.uint8Array({ maxLength: 64 }), async (method, bytes) => {
        expect(await raw(method, bytes)).toBeLessThanOrEqual(status.UNAUTHENTICATED);
      }),
      { numRuns: 1000, seed: 4 },
    );
    await served.remote.prepare('alive', '');
  });

  it('random but well-formed requests are answered with a class of the contract', async () => {
    const text = fc.oneof(fc.constantFrom('a', 'b', '', '..', '\0', '__proto__'), fc.string({ unit: 'binary' }));
    const codes = new Set<string>();
    await fc.assert(
      fc.asyncProperty(text, text, fc.dictionary(text, text), async (key, parent, labels) => {
        const results = await Promise.allSettled([
          served.remote.prepare(key, parent, { labels }),
          served.remote.commit(parent, key, { labels }),
          served.remote.update({ name: key, labels }, `labels.${parent}`),
          served.remote.remove(parent),
        ]);
        for (const result of results) {
          if (result.status === 'rejected') codes.add((result.reason as { code: string }).code);
        }
      }),
      { numRuns: 300, seed: 4 },
    );
    expect(codes.size).toBeGreaterThan(2);
    expect([...codes].filter((code) => ['Internal', 'Unavailable', 'Canceled'].includes(code))).toEqual([]);
  });

  it('text that is no UTF-8 is refused, as two keys could become one', async () => {
    const before = [0x0a, 1, 0x78, 0x12, 1];
    expect(await raw('Prepare', Uint8Array.of(...before, 0x61))).toBe(status.OK);
    expect(await raw('Prepare', Uint8Array.of(...before, 0xff))).toBe(status.INTERNAL);
    expect(served.calls.length).toBe(1);
  });

  it('a snapshotter that is not named', async () => {
    const unnamed = remoteSnapshotter({ address: served.address, snapshotter: '' });
    expect(await refusalOf(unnamed.stat('a'))).toMatchObject({
      code: 'InvalidArgument',
      message: 'snapshotter argument missing: invalid argument',
    });
    await unnamed.close();
  });

  it('a namespace that containerd would not accept', async () => {
    const { address } = served;
    const bad = remoteSnapshotter({ address, snapshotter: 'layerscope', namespace: 'bad ns!' });
    expect(await refusalOf(bad.stat('a'))).toMatchObject({
      code: 'InvalidArgument',
      message:
        'namespace validation: identifier "bad ns!" must match ^[A-Za-z0-9]+(?:[._-](?:[A-Za-z0-9]+))*$: invalid argument',
    });
    const long = remoteSnapshotter({ address, snapshotter: 'layerscope', namespace: 'n'.repeat(77) });
    expect((await refusalOf(long.stat('a'))).message).toContain('greater than maximum length (76 characters)');
    for (const each of [bad, long]) await each.close();
  });

  it('an update of nothing', async () => {
    const bytes = SnapshotsService.update.requestSerialize({
      snapshotter: 'x',
      info: undefined,
      updateMask: undefined,
    });
    expect(await raw('Update', bytes)).toBe(status.INVALID_ARGUMENT);
  });

  it('labels of megabytes are kept, and more than 16 MiB is refused', async () => {
    const labels = { 'containerd.io/snapshot/huge': 'x'.repeat(8 * 1024 * 1024) };
    for (const key of ['a', 'b', 'c']) await served.remote.prepare(key, '', { labels });
    const found: string[] = [];
    await served.remote.walk(({ name, labels: kept }) => {
      expect(kept).toEqual(labels);
      found.push(name);
    });
    expect(found).toEqual(['a', 'b', 'c']);
    expect(await raw('Prepare', new Uint8Array(17 * 1024 * 1024))).toBe(status.RESOURCE_EXHAUSTED);
  });

  it('a key of a hundred thousand letters comes back shortened in the text', async () => {
    const key = 'ü'.repeat(100_000);
    await served.remote.prepare(key, '');
    const { code, message } = await refusalOf(served.remote.prepare(key, ''));
    expect(code).toBe('AlreadyExists');
    expect(message.length).toBeLessThan(10_000);
    expect(message).toMatch(/^failed to create snapshot: snapshot ü+…ü+: already exists$/);
  });
});

describe('callers that leave', () => {
  it('a deadline that passed is answered, and what was asked for still happens', async () => {
    const slow = await newSnapshotter();
    const opened = new EventEmitter();
    const gate = once(opened, 'open');
    const other = await serveInMemory({
      ...slow,
      prepare: async (...args) => {
        await gate;
        return slow.prepare(...args);
      },
    });
    const impatient = new Client(`unix:${other.address}`, credentials.createInsecure());
    const { prepare } = SnapshotsService;
    const code = await new Promise((resolve) => {
      impatient.makeUnaryRequest(
        prepare.path,
        prepare.requestSerialize,
        prepare.responseDeserialize,
        { snapshotter: 'x', key: 'late', parent: '', labels: {} },
        new Metadata(),
        { deadline: Date.now() + 100 },
        (error: ServiceError | null) => resolve(error?.code),
      );
    });
    expect(code).toBe(status.DEADLINE_EXCEEDED);
    impatient.close();
    const drained = other.server.drain(1);
    opened.emit('open');
    await drained;
    expect((await slow.stat('late')).kind).toBe('Active');
    await other.stop();
  });

  it('a list that nobody reads to its end is given up', async () => {
    const labels = { big: 'x'.repeat(2_000_000) };
    for (let each = 0; each < 30; each++) await served.snapshotter.prepare(`key-${each}`, '', { labels });
    const { path, requestSerialize, responseDeserialize } = SnapshotsService.list;
    const call = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, {
      snapshotter: 'x',
      filters: [],
    });
    call.on('error', () => {});
    await new Promise<void>((resolve) => call.once('data', () => resolve()));
    call.pause();
    call.cancel();
    await expect.poll(() => served.calls.find(({ method }) => method === 'List')?.result).toBe('CANCELLED');
    expect((await served.remote.stat('key-1')).kind).toBe('Active');
  });

  it('a list comes in batches of a hundred', async () => {
    for (let each = 0; each < 205; each++) await served.snapshotter.prepare(`key-${each}`, '');
    const { path, requestSerialize, responseDeserialize } = SnapshotsService.list;
    const request = { snapshotter: 'x', filters: [] };
    const sizes: number[] = [];
    for await (const batch of client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request)) {
      sizes.push((batch as { info: unknown[] }).info.length);
    }
    expect(sizes).toEqual([100, 100, 5]);
  });

  it("a list's failure has the code Unknown and containerd's text, which a client of ours reads", async () => {
    const { path, requestSerialize, responseDeserialize } = SnapshotsService.list;
    const request = { snapshotter: 'x', filters: ['nonsense==='] };
    const call = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request);
    const error = await new Promise<ServiceError>((resolve) => call.resume().once('error', resolve));
    expect(error).toMatchObject({
      code: status.UNKNOWN,
      details: expect.stringMatching(/^filters: parse error: .*: invalid argument$/),
    });
    expect(await refusalOf(served.remote.walk(() => {}, 'nonsense==='))).toMatchObject({
      code: 'InvalidArgument',
      message: error.details,
    });
  });
});
