import { readSync } from 'node:fs';
import type { Input } from '@layerscope/core/shell';

/** Our standard input for the container, when something was piped or redirected in; a terminal reads as empty. */
export const terminalInput = (): Input | string => {
  if (process.stdin.isTTY) return '';
  return {
    read: (into) => {
      try {
        return readSync(0, into, 0, into.length, null);
      } catch (error) {
        // A closed or absent standard input is an empty one; a pipe whose writer is slow answers EAGAIN, so wait.
        const code = error instanceof Error && 'code' in error ? error.code : undefined;
        if (code === 'EAGAIN') return waitAndRead(into);
        if (code === 'EOF' || code === 'EBADF') return 0;
        throw error;
      }
    },
  };
};

const POLL_MS = 10;

const waitAndRead = async (into: Uint8Array): Promise<number> => {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    try {
      return readSync(0, into, 0, into.length, null);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
    }
  }
};
