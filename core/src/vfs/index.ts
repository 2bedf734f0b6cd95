export { type Device, type Devices, memoryDevices } from './calls/devices.ts';
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
