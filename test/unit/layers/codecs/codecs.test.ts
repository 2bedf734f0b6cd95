import { gzipSync, gunzipSync, constants } from 'node:zlib';
import { createHash } from 'node:crypto';
import { seededRandom } from '@layerscope/core/fs';
import { isLayerError, type LayerCodecs, portableCodecs, sha256Digest } from '@layerscope/core/layers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { nodeCodecs } from '../../../../host-adapter/src/codecs/index.ts';
import { findProgram } from '../../../requirements.ts';
import { commandBytes } from '../../../command.ts';
import { collect, stream } from '../archive.ts';

const DATA = Buffer.concat([
  Buffer.from('layer '.repeat(20_000)),
  seededRandom(1).bytes(200_000),
  Buffer.alloc(500_000),
]);
const ONE = gzipSync(DATA);
const TWO = Buffer.concat([
  gzipSync('first'),
  gzipSync(Buffer.alloc(0)),
  gzipSync(DATA, { level: constants.Z_NO_COMPRESSION }),
]);

const broken = (bytes: Buffer, at: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy[at < 0 ? copy.length + at : at] = (copy.at(at) ?? 0) ^ 0x55;
  return copy;
};

const corrupt = (error: unknown): boolean => isLayerError(error, 'corrupt-compression');

/** What Chromium's does, and Node's from 24.19 on: bytes behind the first member are an error. */
class StrictDecompressionStream {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;

  constructor() {
    const parts: Uint8Array[] = [];
    let finish: (bytes: Uint8Array | Error) => void;
    const whole = new Promise<Uint8Array | Error>((resolve) => (finish = resolve));
    this.writable = new WritableStream({
      write: (chunk) => void parts.push(chunk),
      abort: (reason: Error) => finish(reason),
      close: () => {
        const bytes = Buffer.concat(parts);
        try {
          const first = gunzipSync(bytes);
          const again = Buffer.concat([gzipSync('first'), Buffer.from([0])]);
          finish(bytes.subarray(0, 25).equals(again.subarray(0, 25)) ? new TypeError('Junk found after end') : first);
        } catch (error) {
          finish(error as Error);
        }
      },
    });
    this.readable = new ReadableStream(
      {
        pull: async (controller) => {
          const result = await whole;
          if (result instanceof Error) {
            // Part of the output is delivered before the error, as Chromium does.
            controller.enqueue(Buffer.from('fir'));
            await new Promise((resolve) => setTimeout(resolve, 1));
            controller.error(result);
          } else {
            controller.enqueue(result);
            controller.close();
          }
        },
      },
      { highWaterMark: 0 },
    );
  }
}

const CODECS: Readonly<Record<string, LayerCodecs>> = { portable: portableCodecs, node: nodeCodecs };

async function* failing(): AsyncGenerator<Uint8Array, void> {
  yield ONE.subarray(0, 1000);
  throw new Error('the network is gone');
}

const zstd = (...args: readonly string[]): Buffer => commandBytes('zstd', ['-c', ...args], { input: DATA });

describe.each(Object.entries(CODECS))('%s codecs', (_, codecs) => {
  it('hash', async () => {
    const expected = createHash('sha256').update(DATA).digest('hex');
    const hasher = await codecs.sha256();
    for await (const chunk of stream(DATA, 1000)) hasher.update(chunk);
    expect(hasher.hex()).toBe(expected);
    expect(await sha256Digest(DATA, codecs)).toBe(`sha256:${expected}`);
  });

  it.each([1000, 70_000, 10_000_000])('gunzip one member and several, in chunks of %i', async (size) => {
    expect((await collect(codecs.gunzip(stream(ONE, size)))).equals(DATA)).toBe(true);
    const both = await collect(codecs.gunzip(stream(TWO, size)));
    expect(both.equals(Buffer.concat([Buffer.from('first'), DATA]))).toBe(true);
  });

  it('refuse gzip that is cut off or damaged', async () => {
    for (const bytes of [
      ONE.subarray(0, -1),
      ONE.subarray(0, 1000),
      broken(ONE, -6),
      broken(ONE, 5000),
      broken(TWO, -2),
    ]) {
      await expect(collect(codecs.gunzip(stream(bytes)))).rejects.toSatisfy(corrupt);
    }
  });

  it('write the same gzip', async () => {
    const bytes = await collect(codecs.gzip(stream(Buffer.from('layer '.repeat(5000)), 4096)));
    expect(gunzipSync(bytes).toString()).toBe('layer '.repeat(5000));
    expect(createHash('sha256').update(bytes).digest('hex')).toMatchInlineSnapshot(
      `"43b5a034740dc0a750c3a6d6c4295906ae7f5613d4d76717c040b16c565fb7a2"`,
    );
  });

  it('throw what their source throws, and stop it when they are stopped', async () => {
    await expect(collect(codecs.gunzip(failing()))).rejects.toThrow('the network is gone');
    await expect(collect(codecs.unzstd(failing()))).rejects.toThrow(/network|zstd/);
    let closed = false;
    const closing = async function* () {
      try {
        yield* stream(ONE, 1000);
      } finally {
        closed = true;
      }
    };
    for await (const chunk of codecs.gunzip(closing())) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    expect(closed).toBe(true);
  });

  describe.skipIf(findProgram('zstd') === undefined)('zstd', () => {
    it.each([10, 1000, 70_000, 10_000_000])('is read in chunks of %i', async (size) => {
      const small = commandBytes('zstd', ['-c'], { input: 'zstd '.repeat(1000) });
      expect((await collect(codecs.unzstd(stream(small, size)))).toString()).toBe('zstd '.repeat(1000));
    });

    it.each([1000, 70_000, 10_000_000])('is read when it is long, in chunks of %i', async (size) => {
      expect((await collect(codecs.unzstd(stream(zstd(), size)))).equals(DATA)).toBe(true);
    });

    it('has frames, some of which are skipped', async () => {
      const skippable = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
      const bytes = Buffer.concat([skippable, zstd('--check'), skippable, zstd('-19', '--long=20')]);
      expect((await collect(codecs.unzstd(stream(bytes, 5000)))).equals(Buffer.concat([DATA, DATA]))).toBe(true);
    });

    it('is refused when it is cut off or damaged', async () => {
      const bytes = zstd('--check');
      for (const bad of [
        bytes.subarray(0, -1),
        bytes.subarray(0, 3),
        broken(bytes, 0),
        broken(bytes, -2),
        broken(bytes, 60),
      ]) {
        await expect(collect(codecs.unzstd(stream(bad, 4096)))).rejects.toSatisfy(corrupt);
      }
    });
  });
});

describe('gunzip with a strict DecompressionStream', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('goes on with fflate after the first member, and delivers nothing twice', async () => {
    vi.stubGlobal('DecompressionStream', StrictDecompressionStream);
    const both = await collect(portableCodecs.gunzip(stream(TWO, 777)));
    expect(both.equals(Buffer.concat([Buffer.from('first'), DATA]))).toBe(true);
  });

  it('still checks checksums and sizes', async () => {
    vi.stubGlobal('DecompressionStream', StrictDecompressionStream);
    for (const bytes of [
      broken(TWO, -2),
      broken(TWO, -6),
      TWO.subarray(0, -1),
      broken(TWO, 18),
      TWO.subarray(0, -100),
    ]) {
      await expect(collect(portableCodecs.gunzip(stream(bytes, 777)))).rejects.toSatisfy(corrupt);
    }
  });
});
