/** The worker of `serveFuse`. */
import { parentPort, workerData } from 'node:worker_threads';
import type { OpenFile } from '@layerscope/core/fs';
import { HostFile } from '../host-file-system/index.ts';
import { call } from '../linux/index.ts';
import { BackingFiles } from './backing-files.ts';
import { serveDevice } from './channel.ts';
import type { Failure, FromWorker, Served, ToWorker, WorkerInput } from './serve-fuse.ts';

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window
const say = (message: FromWorker): void => parentPort?.postMessage(message);

/** Errors lose their fields on the way between threads. */
const failureOf = (error: unknown): Failure => ({
  message: error instanceof Error ? error.message : String(error),
  code: error instanceof Error && 'code' in error ? String(error.code) : undefined,
  stack: error instanceof Error ? error.stack : undefined,
});

const make = async ({ served }: WorkerInput): Promise<Served> => {
  const module: Record<string, unknown> = await import(served.module);
  const factory = module[served.factory];
  if (typeof factory !== 'function') throw new TypeError(`${served.module} exports no function ${served.factory}`);
  return factory(served.options) as Served | Promise<Served>;
};

const descriptorOf = (file: OpenFile): number | undefined => (file instanceof HostFile ? file.fd : undefined);

const serve = async (input: WorkerInput): Promise<void> => {
  const { options } = input;
  let served: Served;
  try {
    served = await make(input);
  } catch (error) {
    say({ type: 'failed', failure: failureOf(error) });
    return;
  }
  const start = new Promise<ToWorker>((resolve) => parentPort?.once('message', resolve));
  say({ type: 'made', readOnly: served.readOnly === true });
  const { device, wake } = await start;
  try {
    serveDevice(device, wake, {
      fs: served.fs,
      ...(served.beforeRequest === undefined ? {} : { beforeRequest: served.beforeRequest }),
      ...(served.takeChanged === undefined ? {} : { takeChanged: served.takeChanged }),
      ...(served.linksByName === undefined ? {} : { linksByName: served.linksByName }),
      ...(options.entryTimeout === undefined ? {} : { entryTimeout: options.entryTimeout }),
      ...(options.attributeTimeout === undefined ? {} : { attributeTimeout: options.attributeTimeout }),
      ...(options.writeback === undefined ? {} : { writeback: options.writeback }),
      ...(options.acl === undefined ? {} : { acl: options.acl }),
      ...(options.sync === undefined ? {} : { sync: options.sync }),
      ...(options.passthrough === false ? {} : { backing: (fd: number) => new BackingFiles(fd, descriptorOf) }),
      ...(options.debug === true ? { trace: (line: string) => process.stderr.write(`${line}\n`) } : {}),
    });
  } finally {
    call('close', device);
    served.close?.();
  }
};

await serve(workerData as WorkerInput);
