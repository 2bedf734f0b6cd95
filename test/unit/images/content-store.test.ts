import * as nodeFiles from 'node:fs/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { steppingClock, type PlainFiles } from '@layerscope/core/fs';
import { LocalContentStore, type ImageError } from '@layerscope/core/images';
import { createMemoryMetaStore } from '@layerscope/core/snapshots';
import { collect, digests, newStore, sha256, utf8 } from './fixture.ts';

const HELLO = utf8('hello');
const HELLO_DIGEST = sha256(HELLO);

describe('ContentStore', () => {
  it('keeps bytes under their digest, with labels and times', async () => {
    const { store } = newStore();
    expect(await store.put('a', HELLO, {}, { a: 'b' })).toEqual({ digest: HELLO_DIGEST, size: 5, existed: false });
    const info = await store.info(HELLO_DIGEST);
    expect(info).toMatchObject({ digest: HELLO_DIGEST, size: 5, labels: { a: 'b' } });
    expect(info.created).toBe(info.updated);
    expect(await store.readAll(HELLO_DIGEST)).toEqual(HELLO);
  });

  it('takes the same bytes twice and keeps the first labels', async () => {
    const { store } = newStore();
    await store.put('a', HELLO, {}, { a: 'b' });
    expect(await store.put('a', HELLO, {}, { a: 'c' })).toMatchObject({ existed: true });
    expect((await store.info(HELLO_DIGEST)).labels).toEqual({ a: 'b' });
    expect(await store.ingests()).toEqual([]);
  });

  it("refuses bytes that have another digest or size, in containerd's words, and keeps nothing", async () => {
    const { store } = newStore();
    const other = sha256(utf8('other'));
    await expect(store.put('a', HELLO, { digest: other })).rejects.toMatchObject({
      reason: 'digest-mismatch',
      code: 'FailedPrecondition',
      message: `unexpected commit digest ${HELLO_DIGEST}, expected ${other}: failed precondition`,
    });
    await expect(store.put('a', HELLO, { size: 4 })).rejects.toThrow(
      'unexpected commit size 5, expected 4: failed precondition',
    );
    expect(await digests(store)).toEqual([]);
    expect(await store.ingests()).toEqual([]);
  });

  it('shows nothing of a blob before it is committed, and starts anew where a crash left an ingest', async () => {
    const { store, files, root } = newStore();
    const writer = await store.writer('layer/1', 100);
    await writer.write(utf8('half'));
    expect(await digests(store)).toEqual([]);
    // The crash: nobody aborts, another process opens the same folder.
    const next = new LocalContentStore({ files, root, meta: createMemoryMetaStore(), clock: steppingClock(0n) });
    expect(await next.ingests()).toEqual(['layer/1']);
    expect(await next.put('layer/1', HELLO)).toMatchObject({ digest: HELLO_DIGEST, size: 5 });
    expect(await next.ingests()).toEqual([]);
  });

  it('lets one writer at a time have a ref', async () => {
    const { store } = newStore();
    const writer = await store.writer('a');
    await expect(store.writer('a')).rejects.toMatchObject({ reason: 'ingest-locked', code: 'Unavailable' });
    await writer.abort();
    await (await store.writer('a')).abort();
  });

  it('changes, keeps and removes labels', async () => {
    const { store } = newStore();
    await store.put('a', HELLO, {}, { a: '1', b: '2' });
    const info = await store.label(HELLO_DIGEST, { a: '', c: '3' });
    expect(info.labels).toEqual({ b: '2', c: '3' });
    expect(info.updated).toBeGreaterThan(info.created);
  });

  it('reads in chunks that belong to the reader', async () => {
    const { store } = newStore();
    const bytes = new Uint8Array(700_000).map((_, i) => i % 251);
    const { digest } = await store.put('a', bytes);
    const chunks: Uint8Array[] = [];
    for await (const chunk of store.read(digest)) chunks.push(chunk);
    expect(chunks.length).toBeGreaterThan(1);
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
  });

  it('says what is missing', async () => {
    const { store } = newStore();
    const missing = {
      reason: 'content-missing',
      code: 'NotFound',
      message: `content digest ${HELLO_DIGEST}: not found`,
    };
    await expect(store.info(HELLO_DIGEST)).rejects.toMatchObject(missing);
    await expect(collect(store.read(HELLO_DIGEST))).rejects.toMatchObject(missing);
    await expect(store.delete(HELLO_DIGEST)).rejects.toMatchObject(missing);
    await expect(store.label(HELLO_DIGEST, {})).rejects.toMatchObject(missing);
    expect(await store.find(HELLO_DIGEST)).toBeUndefined();
  });

  it('deletes bytes and what is known of them', async () => {
    const { store } = newStore();
    await store.put('a', HELLO, {}, { a: 'b' });
    await store.delete(HELLO_DIGEST);
    expect(await digests(store)).toEqual([]);
    await store.put('a', HELLO);
    expect((await store.info(HELLO_DIGEST)).labels).toEqual({});
  });

  it('reports a failing disk as it is and removes the ingest', async () => {
    const { files } = newStore();
    const full: PlainFiles = {
      ...files,
      mkdir: (path, options) => files.mkdir(path, options),
      open: (path, flags) => files.open(path, flags),
      rm: (path, options) => files.rm(path, options),
      stat: (path) => files.stat(path),
      readdir: (path) => files.readdir(path),
      rename: () => Promise.reject(new Error('ENOSPC')),
    };
    const store = new LocalContentStore({
      files: full,
      root: '/c',
      meta: createMemoryMetaStore(),
      clock: steppingClock(0n),
    });
    await expect(store.put('a', HELLO)).rejects.toThrow('ENOSPC');
    expect(await store.ingests()).toEqual([]);
    expect(await store.find(HELLO_DIGEST)).toBeUndefined();
  });
});

describe('ContentStore on a real directory', () => {
  let folder: string | undefined;
  afterEach(async () => {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    folder = undefined;
  });

  it('takes node:fs/promises as it is and lays blobs out as containerd does', async () => {
    folder = await mkdtemp(join(tmpdir(), 'layerscope-content-'));
    const meta = createMemoryMetaStore();
    const store = new LocalContentStore({ files: nodeFiles, root: folder, meta, clock: steppingClock(0n) });
    await store.put('a', HELLO);
    const path = join(folder, 'blobs', 'sha256', HELLO_DIGEST.slice('sha256:'.length));
    expect(new Uint8Array(await nodeFiles.readFile(path))).toEqual(HELLO);
    expect(await nodeFiles.readdir(join(folder, 'ingest'))).toEqual([]);
    await expect(store.put('b', HELLO, { size: 1 })).rejects.toSatisfy(
      (error: ImageError) => error.reason === 'size-mismatch',
    );
    expect(await nodeFiles.readdir(join(folder, 'ingest'))).toEqual([]);
  });
});
