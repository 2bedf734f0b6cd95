import { constants } from 'node:fs';
import { access, lstat, mkdir, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { ServeError } from './serve-error.ts';
import { socketOwner } from './socket-owner.ts';

/** sizeof(sockaddr_un.sun_path) on Linux, less the zero at the end. */
const LONGEST_ADDRESS = 107;

const answers = (path: string): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      // Nobody listens, or it was taken away meanwhile.
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') resolve(false);
      else reject(error);
    });
  });

/** The directory of a socket, where a name can be made. */
const makePlace = async (path: string): Promise<void> => {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o711 });
    await access(dirname(path), constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new ServeError(
      `there can be no socket ${path}: ${(error as Error).message}`,
      'Pass an --address in a directory that can be written.',
    );
  }
};

/**
 * Makes the place of a socket free: its directory exists (0711 when made here), and a socket that a dead process left
 * is gone. Throws `ServeError` when somebody listens there, when something else has the
 * name, or when there can be no socket.
 */
export const claimSocket = async (path: string): Promise<void> => {
  if (Buffer.byteLength(path) > LONGEST_ADDRESS) {
    throw new ServeError(
      `the address ${path} is longer than ${LONGEST_ADDRESS} bytes`,
      'Linux takes no longer path for a unix socket: pass a shorter --address.',
    );
  }
  await makePlace(path);
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return;
  if (!found.isSocket()) {
    throw new ServeError(`${path} exists and is no socket`, 'Pass another --address, or move that file away.');
  }
  if (await answers(path)) {
    throw new ServeError(
      `${socketOwner(path) ?? 'another process'} is serving on ${path}`,
      'Stop that process first, or pass another --address.',
    );
  }
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
};
