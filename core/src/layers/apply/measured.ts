import type { BackgroundHasher, ByteStream, LayerCodecs } from '../codecs/codecs.ts';

/** A stream that passes through while its digest and size are taken. */
export interface Measured {
  readonly stream: ByteStream;
  /** Bytes that have passed so far. */
  size(): number;
  /** `sha256:` and hex, once all has passed. Exactly one of `digest` and `discard` is called. */
  digest(): Promise<string>;
  discard(): void;
}

const inThisThread = async (codecs: LayerCodecs): Promise<BackgroundHasher> => {
  const hasher = await codecs.sha256();
  return {
    update: (bytes) => {
      hasher.update(bytes);
      return undefined;
    },
    hex: async () => hasher.hex(),
    discard: () => undefined,
  };
};

/** `onChunk` may throw to stop the stream. */
export const measured = async (
  stream: ByteStream,
  codecs: LayerCodecs,
  onChunk: (size: number) => void = () => undefined,
): Promise<Measured> => {
  const hasher = codecs.backgroundSha256?.() ?? (await inThisThread(codecs));
  let size = 0;
  const passing = async function* (): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of stream) {
      const behind = hasher.update(chunk);
      if (behind !== undefined) await behind;
      size += chunk.length;
      onChunk(size);
      yield chunk;
    }
  };
  return {
    stream: passing(),
    size: () => size,
    digest: async () => `sha256:${await hasher.hex()}`,
    discard: () => hasher.discard(),
  };
};
