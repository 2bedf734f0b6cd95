export { type Device, type Devices, memoryDevices } from './devices.ts';
export { pathOf } from './calls/directories.ts';
export type { Protections } from './calls/process-state.ts';
export {
  type MountFlags,
  MountNamespace,
  type Mounted,
  type Place,
  Superblock,
  type SuperblockOptions,
  topmost,
} from './mount-table.ts';
export { type Process, type ProcessOptions, createProcess } from './process.ts';
export * from './system-calls.ts';
export { type TracedCall, tracedProcess } from './traced-process.ts';
export { NodeFsError } from './node/node-error.ts';
export type { NodeFileHandle, NodeFs, NodeFsPromises, NodeFsSync } from './node/node-fs-types.ts';
export { NodeBigIntStats, NodeDirent, NodeStats } from './node/node-stats.ts';
export { type NodeFsOptions, nodeFs } from './node-fs.ts';
