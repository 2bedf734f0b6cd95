import { extname, resolve } from 'node:path';
import { statSync } from 'node:fs';
import type { FuseMount } from '../fuse/index.ts';
import { OverlayOptionError, type OverlayRequest } from './mount-options.ts';

const SUBTYPE = 'layerscope-overlay';
/** While it is mounted, nobody else changes the layers: names can be remembered for long. */
const NAME_TIMEOUT = 3600;

/** Mounts an overlay at a directory and serves it until it is unmounted. */
export const serveOverlay = async (request: OverlayRequest, mountpoint: string, debug = false): Promise<FuseMount> => {
  requireDirectory(mountpoint);
  const absolute: OverlayRequest = {
    ...request,
    lowers: request.lowers.map((path) => resolve(path)),
    dataLowers: request.dataLowers.map((path) => resolve(path)),
    ...(request.upper === undefined ? {} : { upper: resolve(request.upper) }),
    ...(request.work === undefined ? {} : { work: resolve(request.work) }),
  };
  // Only where it is served: the process that waits for a server in the background need not load it.
  const { serveFuse } = await import('../fuse/index.ts');
  const module = new URL(`./overlay-layers${extname(import.meta.url)}`, import.meta.url).href;
  return serveFuse({ module, factory: 'createOverlay', options: absolute }, resolve(mountpoint), {
    subtype: request.subtype ?? SUBTYPE,
    source: request.source ?? SUBTYPE,
    readOnly: request.readOnly,
    flags: request.flags,
    ...(request.allowOther === undefined ? {} : { allowOther: request.allowOther }),
    entryTimeout: request.timeout ?? NAME_TIMEOUT,
    attributeTimeout: Math.min(request.timeout ?? 1, 1),
    acl: request.acl,
    writeback: request.writeback,
    sync: request.sync && request.overlay.volatile !== true,
    passthrough: request.passthrough,
    debug,
  });
};

const requireDirectory = (path: string): void => {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) {
    throw new OverlayOptionError(`${path}: there is no such directory to mount on`, `mkdir ${path}`);
  }
  if (!stat.isDirectory()) throw new OverlayOptionError(`${path} is not a directory: it cannot be mounted on`);
};
