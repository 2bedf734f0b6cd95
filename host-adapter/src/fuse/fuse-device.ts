import { closeSync, constants, openSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { FsError } from '@layerscope/core/fs';
import { addressOf, call, flagsOf, MNT_DETACH, mount, MS_RDONLY, unmount } from '../linux/index.ts';

/** How the mount looks to others. */
export interface DeviceOptions {
  /** The part after `fuse.` in /proc/mounts, default `layerscope`. */
  readonly subtype?: string;
  /** The first column of /proc/mounts, default the subtype. */
  readonly source?: string;
  readonly readOnly?: boolean;
  /** Other users may see it, too; default for root. An ordinary user needs `user_allow_other` in /etc/fuse.conf. */
  readonly allowOther?: boolean;
  /** Words of mount(8): `nosuid`, `noatime`, …; later ones over earlier ones. */
  readonly flags?: readonly string[];
}

/** An open /dev/fuse whose requests come from a mount. */
export interface FuseDevice {
  readonly fd: number;
  /** @throws {FsError} EBUSY when something below is in use, unless `lazy`. */
  unmount(lazy: boolean): Promise<void>;
}

/**
 * Mounts at a directory: with mount(2) where this process may, else through `fusermount3`, which is setuid root.
 * @throws {FsError} what mount(2) says; {Error} with what fusermount3 says.
 */
export const openFuseDevice = async (mountpoint: string, options: DeviceOptions): Promise<FuseDevice> => {
  const fd = openDevice();
  if (fd === undefined) return openThroughHelper(mountpoint, options);
  try {
    mountDevice(fd, mountpoint, options);
    return { fd, unmount: async (lazy) => unmount(mountpoint, lazy ? MNT_DETACH : 0) };
  } catch (error) {
    closeSync(fd);
    if (!(error instanceof FsError) || error.code !== 'EPERM') throw error;
    return openThroughHelper(mountpoint, options);
  }
};

/** `undefined` when this user may not open it; the helper may. */
const openDevice = (): number | undefined => {
  const { O_RDWR, O_NONBLOCK } = constants;
  try {
    return openSync('/dev/fuse', O_RDWR | O_NONBLOCK);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EACCES') return undefined;
    if (code === 'ENOENT' || code === 'ENODEV') {
      throw new FuseUnavailableError('this machine has no FUSE: there is no /dev/fuse', 'modprobe fuse, as root');
    }
    throw error;
  }
};

/** Mounting is not possible here. `advice` says what would make it so. */
export class FuseUnavailableError extends Error {
  readonly code = 'fuse-unavailable';
  readonly advice: string;

  constructor(message: string, advice: string) {
    super(message);
    this.name = 'FuseUnavailableError';
    this.advice = advice;
  }
}

const mountDevice = (fd: number, mountpoint: string, options: DeviceOptions): void => {
  const { subtype = 'layerscope', source = subtype, allowOther = process.geteuid?.() === 0 } = options;
  const flags = (options.readOnly === true ? MS_RDONLY : 0) | flagsOf(options.flags ?? []);
  const data = [
    `fd=${fd},rootmode=40000,user_id=${process.geteuid?.() ?? 0},group_id=${process.getegid?.() ?? 0}`,
    'default_permissions',
    ...(allowOther ? ['allow_other'] : []),
  ].join(',');
  mount(source, mountpoint, `fuse.${subtype}`, flags, data);
};

/** fusermount3 mounts and sends the open device through the socket that $_FUSE_COMMFD names. */
const openThroughHelper = async (mountpoint: string, options: DeviceOptions): Promise<FuseDevice> => {
  const { subtype = 'layerscope', source = subtype } = options;
  const flags = [
    `fsname=${source.replaceAll(/[\\,]/g, String.raw`\$&`)},subtype=${subtype}`,
    'default_permissions',
    ...(options.readOnly === true ? ['ro'] : []),
    // It takes nosuid and nodev for granted, and refuses their opposites to ordinary users.
    ...(options.flags ?? []).filter((word) => word.startsWith('no')),
    ...(options.allowOther === true ? ['allow_other'] : []),
  ].join(',');
  const [ours, theirs] = socketPair();
  try {
    await runHelper(['-o', flags, '--', mountpoint], theirs);
    const fd = receiveDescriptor(ours);
    call('fcntl', fd, F_SETFL, constants.O_RDWR | constants.O_NONBLOCK);
    return {
      fd,
      unmount: (lazy) => runHelper(['-u', '-q', ...(lazy ? ['-z'] : []), '--', mountpoint]),
    };
  } finally {
    closeSync(ours);
    closeSync(theirs);
  }
};

const runHelper = (args: readonly string[], socket?: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn('fusermount3', args, {
      stdio: ['ignore', 'ignore', 'pipe', socket ?? 'ignore'],
      env: { ...process.env, _FUSE_COMMFD: '3' },
    });
    let text = '';
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    child.on('error', (error) =>
      reject(
        new FuseUnavailableError(
          `this user may not mount, and fusermount3 cannot help: ${error.message}`,
          'run it as root, in a user namespace (unshare -Urm …), or install the package fuse3',
        ),
      ),
    );
    child.on('close', (code) =>
      code === 0
        ? resolve()
        : reject(
            new FuseUnavailableError(
              text.trim() || `fusermount3 failed (${code})`,
              'run it as root, or in a user namespace (unshare -Urm …)',
            ),
          ),
    );
  });

const F_SETFL = 4;
const AF_UNIX = 1;
const SOCK_STREAM = 1;

const socketPair = (): readonly [number, number] => {
  const pair = Buffer.alloc(8);
  call('socketPair', AF_UNIX, SOCK_STREAM, 0, pair);
  return [pair.readInt32LE(0), pair.readInt32LE(4)];
};

/**
 * recvmsg(2) of one byte and the descriptor that comes with it. The three records stand behind one another:
 *
 *   0 msghdr {…, iov ▶ 64, 1, control ▶ 96, 24}     64 iovec { ▶ 80, 1 }     96 cmsghdr { length, level, type, fd }
 */
const receiveDescriptor = (socket: number): number => {
  const memory = Buffer.alloc(4096);
  const base = addressOf(memory);
  memory.writeBigUInt64LE(base + 64n, 16);
  memory.writeBigUInt64LE(1n, 24);
  memory.writeBigUInt64LE(base + 96n, 32);
  memory.writeBigUInt64LE(24n, 40);
  memory.writeBigUInt64LE(base + 80n, 64);
  memory.writeBigUInt64LE(1n, 72);
  call('receive', socket, memory, 0);
  return memory.readInt32LE(112);
};
