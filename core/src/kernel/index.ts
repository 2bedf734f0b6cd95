export type { KernelEvent } from './events.ts';
export * from './fault-plan.ts';
export * from './kernel.ts';
export { type Parameter, parseParameters } from './mounting/file-system-options.ts';
export * from './mounting/mount-options.ts';
export type { MountRow } from './mounting/proc-mounts.ts';
export {
  type SimulatedKernel,
  type SimulatedKernelOptions,
  type SpawnOptions,
  createSimulatedKernel,
} from './simulated-kernel.ts';
