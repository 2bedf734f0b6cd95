import { closeSync } from 'node:fs';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { FileSystem, Inode } from '@layerscope/core/fs';
import { call } from '../linux/index.ts';
import { type DeviceOptions, openFuseDevice } from './fuse-device.ts';

/** What the worker makes: the file system, and what belongs to it. */
export interface Served {
  readonly fs: FileSystem;
  /** See `SessionOptions`. */
  readonly beforeRequest?: () => void;
  readonly takeChanged?: () => readonly Inode[];
  readonly linksByName?: boolean;
  /** Called when nothing is served any more. */
  readonly close?: () => void;
  /** Mounts read-only. */
  readonly readOnly?: boolean;
}

/** A module's function that makes what is served. It runs in the worker: its options are copied to it. */
export interface ServedModule {
  /** URL of the module. */
  readonly module: string;
  /** The name it exports: `(options) => Served | Promise<Served>`. */
  readonly factory: string;
  readonly options: unknown;
}

export interface ServeOptions extends DeviceOptions {
  /** Seconds, default 1; see `SessionOptions`. */
  readonly entryTimeout?: number;
  readonly attributeTimeout?: number;
  readonly writeback?: boolean;
  readonly acl?: boolean;
  readonly sync?: boolean;
  /** Let the kernel read and write files of the host itself, where it can; default true. */
  readonly passthrough?: boolean;
  /** Write a line to stderr for each request. */
  readonly debug?: boolean;
}

/** A mounted file system. */
export interface FuseMount {
  readonly mountpoint: string;
  /** Resolves when it is unmounted, by us or by others; rejects when the worker failed. */
  readonly ended: Promise<void>;
  /**
   * Unmounts. `lazy` takes it out of sight even when it is in use, and stops serving.
   * @throws {FsError} EBUSY when it is in use and `lazy` is not set.
   */
  unmount(options?: { readonly lazy?: boolean }): Promise<void>;
}

/** An error of the worker's. */
export interface Failure {
  readonly message: string;
  readonly code: string | undefined;
  readonly stack: string | undefined;
}

/** What main thread and worker say to each other. */
export type FromWorker =
  | { readonly type: 'made'; readonly readOnly: boolean }
  | { readonly type: 'failed'; readonly failure: Failure };
export interface ToWorker {
  readonly device: number;
  readonly wake: number;
}
export interface WorkerInput {
  readonly served: ServedModule;
  readonly options: ServeOptions;
}

const EFD_CLOEXEC = 0o2000000;

/**
 * Serves a file system at a directory. A worker holds the file system and answers the kernel, blocking its thread, so
 * that this process may itself use the mount, synchronously too.
 *
 *   this thread                       worker                              kernel
 *   serveFuse ──────── module ──────▶ makes the file system
 *             ◀──────── made ────────
 *   mount(2) ─────────────────────────────────────────────────────────▶  /dev/fuse
 *             ── device, wake ──────▶ read ▸ answer ▸ write ▸ …  ◀──────▶ requests
 *
 * When this process is killed the kernel answers ENOTCONN, and `umount` cleans up.
 *
 * @throws what the factory throws, and what mounting throws; then nothing is left behind.
 */
export const serveFuse = async (
  served: ServedModule,
  mountpoint: string,
  options: ServeOptions = {},
): Promise<FuseMount> => {
  const input: WorkerInput = { served, options };
  const worker = new Worker(new URL(`./fuse-worker${extname(import.meta.url)}`, import.meta.url), {
    workerData: input,
  });
  const wake = call('eventfd', 0, EFD_CLOEXEC);
  const exited = new Promise<void>((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => resolve());
  });
  // It is looked at later; until then a failure is not an unhandled one.
  exited.catch(() => {});
  try {
    const { readOnly } = await nextMessage(worker, exited);
    const device = await openFuseDevice(mountpoint, {
      ...options,
      readOnly: options.readOnly === true || readOnly,
    });
    const start: ToWorker = { device: device.fd, wake };
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window
    worker.postMessage(start);
    const ended = exited.finally(() => closeSync(wake));
    ended.catch(() => {});
    return {
      mountpoint,
      ended,
      unmount: async ({ lazy = false } = {}) => {
        await device.unmount(lazy);
        if (lazy) call('write', wake, Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]), 8);
        await ended;
      },
    };
  } catch (error) {
    await worker.terminate();
    closeSync(wake);
    throw error;
  }
};

const errorOf = ({ message, code, stack }: Failure): Error => {
  const error = new Error(message);
  // An error with a code is an answer; of any other the place is of interest.
  if (code !== undefined) return Object.assign(error, { code });
  return Object.assign(error, { stack });
};

const nextMessage = async (worker: Worker, exited: Promise<void>): Promise<{ readonly readOnly: boolean }> => {
  const answer = new Promise<FromWorker>((resolve) => worker.once('message', resolve));
  const message = await Promise.race([answer, exited]);
  if (message === undefined) throw new Error('the worker ended before it had made the file system');
  if (message.type === 'failed') throw errorOf(message.failure);
  return message;
};
