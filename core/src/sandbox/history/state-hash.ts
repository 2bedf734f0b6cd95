import type { Content } from '../../fs/index.ts';
import type { LayerCodecs } from '../../layers/index.ts';
import type { StateRow, StateRows } from './capture.ts';

type Hashing = Pick<LayerCodecs, 'sha256'>;

const PIECE = 256 * 1024;

/** Digests of contents, which never change: each is read once. */
const digests = new WeakMap<Content, string>();

const digestOf = async (content: Content, codecs: Hashing): Promise<string> => {
  const known = digests.get(content);
  if (known !== undefined) return known;
  const hasher = await codecs.sha256();
  const piece = new Uint8Array(Math.min(PIECE, content.size));
  for (let at = 0; at < content.size;) {
    const read = content.read(piece, at);
    hasher.update(read === piece.length ? piece : piece.subarray(0, read));
    at += read;
  }
  const digest = `sha256:${hasher.hex()}`;
  digests.set(content, digest);
  return digest;
};

/** A row in one line, its bytes as their digest. */
export const rowText = async ({ text, content }: StateRow, codecs: Hashing): Promise<string> =>
  content === undefined ? text : `${text} ${await digestOf(content, codecs)}`;

/** `sha256:` of all rows, in the order of their keys: equal states have equal hashes, on every platform. */
export const hashRows = async (rows: StateRows, codecs: Hashing): Promise<string> => {
  const hasher = await codecs.sha256();
  const encoder = new TextEncoder();
  for (const key of [...rows.keys()].toSorted()) {
    const row = rows.get(key);
    if (row !== undefined) hasher.update(encoder.encode(`${key}\n${await rowText(row, codecs)}\n`));
  }
  return `sha256:${hasher.hex()}`;
};
