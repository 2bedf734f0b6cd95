export { type ArmedFaults, type Fault, type FaultLayer, type FaultStep } from './fault.ts';
export { createFaultControl, type FaultControl, type Power, PowerCutError } from './power.ts';
export { poweredDisk } from './powered-disk.ts';
export { poweredStore } from './powered-store.ts';
