/**
 * open(2) as a process in a container sees it: the memory devices that every runtime provides (OCI runtime
 * specification, "Default Devices") answer whether or not the image brings a node for them.
 */
import { fail, FsError, makedev, seededRandom, type Stat } from '../fs/index.ts';
import { memoryDevices, type Device, type SystemCalls } from '../vfs/index.ts';
import { deviceStream, fileStream, type Stream } from './streams.ts';

const drivers = memoryDevices(seededRandom(0));
const driver = (minor: number): Device => drivers.get(makedev(1, minor)) ?? fail('ENXIO');

const DEFAULT_DEVICES: Record<string, Device> = {
  '/dev/null': driver(3),
  '/dev/zero': driver(5),
  '/dev/full': driver(7),
};

/** Opens a path for the shell or one of its programs. Throws `FsError`. */
export const openPath = (process: SystemCalls, path: string, flags: number, mode = 0o666): Stream => {
  const device = DEFAULT_DEVICES[path];
  if (device !== undefined && statOrNothing(process, path) === undefined) return deviceStream(device);
  return fileStream(process, process.open(path, flags, mode));
};

/** stat(2) or lstat(2) of what may not be there; `undefined` for every reason it cannot be reached. */
export const statOrNothing = (process: SystemCalls, path: string, follow = true): Stat | undefined => {
  try {
    return process.stat(path, follow);
  } catch (error) {
    if (error instanceof FsError) return undefined;
    throw error;
  }
};
