/** Tar archives whose bytes depend on their entries alone. */
import { pack, type Header } from 'tar-stream';

/** An entry of a tar: what tar-stream takes, less what would make two runs differ, and its bytes. */
export interface ArchiveEntry extends Partial<Omit<Header, 'name' | 'size' | 'mtime'>> {
  readonly name: string;
  readonly content?: string | Uint8Array;
}

/** 2024-01-01 00:00:00 UTC. */
const MADE = new Date(1_704_067_200_000);

const joined = (chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const whole = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
};

/** The whole tar, in the order of `entries`. */
export const tarOf = async (entries: readonly ArchiveEntry[]): Promise<Uint8Array<ArrayBuffer>> => {
  const archive = pack();
  for (const { content, ...header } of entries) {
    if (content === undefined) archive.entry({ ...header, mtime: MADE });
    else archive.entry({ ...header, mtime: MADE }, content);
  }
  archive.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive) chunks.push(chunk as Uint8Array);
  return joined(chunks);
};
