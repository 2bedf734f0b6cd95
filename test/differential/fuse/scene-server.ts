/**
 * Serves one overlay after the other, so that a scene costs no process: reads a line of JSON from the first named pipe,
 * mounts, says `ok` or the error in the second, and serves until it is unmounted.
 */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { openFuseDevice } from '../../../host-adapter/src/fuse/fuse-device.ts';
import { BackingFiles, serveDevice } from '../../../host-adapter/src/fuse/index.ts';
import { HostFile } from '../../../host-adapter/src/host-file-system/index.ts';
import { call } from '../../../host-adapter/src/linux/index.ts';
import { createOverlay } from '../../../host-adapter/src/overlay-mount/overlay-layers.ts';
import { parseMountOptions } from '../../../host-adapter/src/overlay-mount/index.ts';

const [requests, answers] = process.argv.slice(2) as [string, string];
const wake = call('eventfd', 0, 0);
process.umask(0);

const answer = (text: string): void => {
  const fd = openSync(answers, 'w');
  writeSync(fd, `${text}\n`);
  closeSync(fd);
};

for (;;) {
  // Blocks until the other side has written and closed.
  const request = readFileSync(requests, 'utf8');
  if (request === '') break;
  const { options, mountpoint, passthrough } = JSON.parse(request) as {
    readonly options: string;
    readonly mountpoint: string;
    readonly passthrough: boolean;
  };
  try {
    const served = createOverlay(parseMountOptions([options]));
    const device = await openFuseDevice(mountpoint, { readOnly: served.readOnly === true });
    answer('ok');
    serveDevice(device.fd, wake, {
      fs: served.fs,
      entryTimeout: 3600,
      ...(served.beforeRequest === undefined ? {} : { beforeRequest: served.beforeRequest }),
      ...(served.linksByName === undefined ? {} : { linksByName: served.linksByName }),
      ...(served.takeChanged === undefined ? {} : { takeChanged: served.takeChanged }),
      ...(passthrough
        ? { backing: (fd: number) => new BackingFiles(fd, (file) => (file instanceof HostFile ? file.fd : undefined)) }
        : {}),
    });
    call('close', device.fd);
    served.close?.();
  } catch (error) {
    answer(error instanceof Error && 'code' in error ? String(error.code) : String(error));
  }
}
