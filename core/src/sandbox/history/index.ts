export { InterruptedError } from './attached.ts';
export type { MachineOptions } from './boot.ts';
export type { StateDifference } from './differences.ts';
export * from './document.ts';
export * from './entry.ts';
export * from './history.ts';
