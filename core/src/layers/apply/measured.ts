import type { ByteStream, Hasher, LayerCodecs } from '../codecs/codecs.ts';

/** A stream that passes through while its digest and size are taken. */
export interface Measured {
  readonly stream: ByteStream;
  /** Bytes that have passed so far. */
  size(): number;
  /** `sha256:` and hex. Only once all has passed. */
  digest(): string;
}

/** `onChunk` may throw to stop the stream. */
export const measured = async (
  stream: ByteStream,
  codecs: Pick<LayerCodecs, 'sha256'>,
  onChunk: (size: number) => void = () => undefined,
): Promise<Measured> => {
  const hasher: Hasher = await codecs.sha256();
  let size = 0;
  const passing = async function* (): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of stream) {
      hasher.update(chunk);
      size += chunk.length;
      onChunk(size);
      yield chunk;
    }
  };
  return { stream: passing(), size: () => size, digest: () => `sha256:${hasher.hex()}` };
};
