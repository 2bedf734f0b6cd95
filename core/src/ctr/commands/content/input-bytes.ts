import type { RunOptions } from '../../../shell/index.ts';
import { joined } from '../../session.ts';

const CHUNK = 64 * 1024;

/** Everything there is to read. */
export const inputBytes = async (stdin: RunOptions['stdin'] = ''): Promise<Uint8Array> => {
  if (typeof stdin === 'string') return new TextEncoder().encode(stdin);
  if (stdin instanceof Uint8Array) return stdin;
  const parts: Uint8Array[] = [];
  for (;;) {
    const chunk = new Uint8Array(CHUNK);
    const length = await stdin.read(chunk);
    if (length === 0) return joined(parts);
    parts.push(chunk.subarray(0, length));
  }
};
