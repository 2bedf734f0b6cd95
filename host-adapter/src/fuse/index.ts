export { BackingFiles } from './backing-files.ts';
export type { DeviceOptions } from './fuse-device.ts';
export { type FuseMount, type Served, type ServedModule, type ServeOptions, serveFuse } from './serve-fuse.ts';
export { serveDevice } from './channel.ts';
export type { SessionOptions } from './session.ts';
