import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { applyBlob, isLayerError, type LayerCodecs, portableCodecs } from '@layerscope/core/layers';
import { describe, expect, it } from 'vitest';
import { nodeCodecs } from '../../../../host-adapter/src/codecs/index.ts';
import { archive, file, stream } from '../archive.ts';
import { list, memoryTree } from '../tree.ts';

const digest = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

const TAR = Buffer.concat([archive(file('a', 'text'), file('b', 'x'.repeat(3_000_000))), Buffer.alloc(8192)]);

const CODECS: Readonly<Record<string, LayerCodecs>> = { portable: portableCodecs, node: nodeCodecs };

describe.each(Object.entries(CODECS))('applyBlob with %s codecs', (_, codecs) => {
  it.each([
    ['none', TAR],
    ['gzip', gzipSync(TAR)],
  ] as const)('answers the diff ID and both sizes, padding included (%s)', async (compression, blob) => {
    const tree = memoryTree();
    const progress: number[] = [];
    const applied = await applyBlob(stream(blob), tree, {
      codecs,
      onProgress: ({ uncompressed }) => void progress.push(uncompressed),
    });
    expect(applied).toEqual({
      size: 3_000_004,
      entries: 2,
      compression,
      compressedSize: blob.length,
      diffId: digest(TAR),
      uncompressedSize: TAR.length,
    });
    expect(progress.at(-1)).toBe(TAR.length);
    expect(list(tree)[0]).toBe('-0644 0:0 a 4 "text"');
  });

  it('names the layer when the compression is broken', async () => {
    const blob = gzipSync(TAR).subarray(0, -20);
    const applied = applyBlob(stream(blob), memoryTree(), { codecs, layer: '2 of 3' });
    await expect(applied).rejects.toSatisfy((error) => isLayerError(error, 'corrupt-compression'));
    await expect(applied).rejects.toThrow(/^layer 2 of 3: .*gzip: /);
  });

  it('stops a bomb after its first bytes', async () => {
    const applied = applyBlob(stream(gzipSync(TAR)), memoryTree(), {
      codecs,
      limits: { ratio: 10, ratioFrom: 100_000 },
    });
    await expect(applied).rejects.toSatisfy((error) => isLayerError(error, 'expands-too-much'));
  });
});
