import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Metadata, Server, ServerCredentials, status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectContentStore } from '../../../../host-adapter/src/service/index.ts';
import { ContentService } from '../../../../host-adapter/src/service/generated/containerd/services/content/v1/content.ts';
import { IntrospectionService } from '../../../../host-adapter/src/service/generated/containerd/services/introspection/v1/introspection.ts';

const HEX = 'ab'.repeat(32);
const DIGEST = `sha256:${HEX}`;
const TIME = { seconds: 0, nanos: 0 };

let folder: string;
let server: Server;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'layerscope-content-'));
  mkdirSync(join(folder, 'blobs/sha256'), { recursive: true });
});
afterEach(() => {
  server.forceShutdown();
  rmSync(folder, { recursive: true, force: true });
});

/** A store that has one blob of 4 bytes, and says that its files are at `root`. */
const serve = async (root: string | undefined): Promise<string> => {
  server = new Server();
  const { info, read } = ContentService;
  server.addService({ info, read }, {
    info: (call: { request: { digest: string } }, callback: (error: object | null, answer?: object) => void) => {
      if (call.request.digest !== DIGEST) callback({ code: status.NOT_FOUND, details: 'content: not found' });
      else callback(null, { info: { digest: DIGEST, size: 4, createdAt: TIME, updatedAt: TIME, labels: {} } });
    },
    read: (call: { write(answer: object): void; end(): void }) => {
      call.write({ offset: 0, data: Buffer.from('wi') });
      call.write({ offset: 2, data: Buffer.from('re') });
      call.end();
    },
  } as never);
  if (root !== undefined) {
    server.addService({ plugins: IntrospectionService.plugins }, {
      plugins: (_call: unknown, callback: (error: null, answer: object) => void) =>
        callback(null, { plugins: [{ type: 'io.containerd.content.v1', id: 'content', exports: { root } }] }),
    } as never);
  }
  const address = join(folder, 'sock');
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`unix:${address}`, ServerCredentials.createInsecure(), (error) =>
      error === null ? resolve() : reject(error),
    );
  });
  return address;
};

const read = async (address: string, digest = DIGEST): Promise<string> => {
  const store = connectContentStore(address);
  try {
    const pieces: Uint8Array[] = [];
    for await (const piece of store.as(new Metadata()).read(digest)) pieces.push(piece);
    return Buffer.concat(pieces).toString();
  } finally {
    store.close();
  }
};

const put = (content: string): void => writeFileSync(join(folder, 'blobs/sha256', HEX), content);

describe('a blob of the content store', () => {
  it('is read as a file where the store tells of it', async () => {
    put('file');
    expect(await read(await serve(folder))).toBe('file');
  });

  it('comes through the socket where there is no file, or another', async () => {
    const address = await serve(folder);
    expect(await read(address)).toBe('wire');
    put('longer');
    expect(await read(address)).toBe('wire');
  });

  it('comes through the socket of a store that tells nothing', async () => {
    put('file');
    expect(await read(await serve(undefined))).toBe('wire');
  });

  it('is not read as a file when the namespace does not have it', async () => {
    const other = 'cd'.repeat(32);
    writeFileSync(join(folder, 'blobs/sha256', other), 'file');
    await expect(read(await serve(folder), `sha256:${other}`)).rejects.toThrow('content: not found');
  });
});
