import * as nodeFiles from 'node:fs/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memfs } from 'memfs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createVolume,
  isMissing,
  listNames,
  readChunks,
  readPlainFile,
  sizeOf,
  writeAll,
  writePlainFile,
  type PlainFiles,
} from '@layerscope/core/fs';

const BYTES = new Uint8Array(700_001).map((_, i) => i % 253);

/** All three are handed over as they are: no adapter. */
const kinds: readonly { readonly kind: string; readonly files: () => PlainFiles }[] = [
  { kind: 'node:fs/promises', files: () => nodeFiles },
  { kind: 'memfs', files: () => memfs().fs.promises },
  { kind: 'createVolume', files: () => createVolume().promises },
];

describe.each(kinds)('plain files in $kind', ({ files: make }) => {
  let files: PlainFiles;
  let folder: string;
  beforeEach(async () => {
    files = make();
    folder = await mkdtemp(join(tmpdir(), 'layerscope-plain-'));
    await files.mkdir(folder, { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('writes and reads back, in chunks of their own', async () => {
    const path = `${folder}/a`;
    await writePlainFile(files, path, BYTES);
    expect(await sizeOf(files, path)).toBe(BYTES.length);
    const chunks: Uint8Array[] = [];
    for await (const chunk of readChunks(files, path)) chunks.push(chunk);
    expect(chunks.length).toBeGreaterThan(1);
    expect(new Set(chunks.map(({ buffer }) => buffer)).size).toBe(chunks.length);
    expect(Buffer.concat(chunks).equals(BYTES)).toBe(true);
    expect(Buffer.from((await readPlainFile(files, path)) ?? []).equals(BYTES)).toBe(true);
    const tail: Uint8Array[] = [];
    for await (const chunk of readChunks(files, path, BYTES.length - 3)) tail.push(chunk);
    expect(Buffer.concat(tail).equals(BYTES.subarray(-3))).toBe(true);
  });

  it('replaces what was longer, and keeps a size given first', async () => {
    await writePlainFile(files, `${folder}/a`, BYTES);
    await writePlainFile(files, `${folder}/a`, BYTES.subarray(0, 3));
    expect(await sizeOf(files, `${folder}/a`)).toBe(3);
    const file = await files.open(`${folder}/b`, 'wx');
    await file.truncate(10);
    await writeAll(file, BYTES.subarray(0, 4), 0);
    await file.datasync();
    expect(Number((await file.stat()).size)).toBe(10);
    await file.truncate(4);
    await file.close();
    expect(await readPlainFile(files, `${folder}/b`)).toEqual(BYTES.subarray(0, 4));
    await expect(files.open(`${folder}/b`, 'wx')).rejects.toMatchObject({ code: 'EEXIST' });
  });

  it('lists names in order and knows what is missing', async () => {
    for (const name of ['b', 'a', 'c']) await writePlainFile(files, `${folder}/${name}`, new Uint8Array(0));
    await files.rename(`${folder}/c`, `${folder}/a`);
    expect(await listNames(files, folder)).toEqual(['a', 'b']);
    expect(await listNames(files, `${folder}/none`)).toEqual([]);
    expect(await sizeOf(files, `${folder}/none`)).toBeUndefined();
    expect(await readPlainFile(files, `${folder}/a/below`)).toBeUndefined();
    await files.rm(`${folder}/none`, { force: true });
    await expect(files.open(`${folder}/none`, 'r')).rejects.toSatisfy(isMissing);
    expect(isMissing(new Error('other'))).toBe(false);
    expect((await files.stat(folder)).isDirectory()).toBe(true);
    expect((await files.stat(`${folder}/a`)).isFile()).toBe(true);
  });
});
