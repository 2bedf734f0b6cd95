export * from './container.ts';
export * from './new-container.ts';
export * from './process.ts';
export { signalNumber } from '../../shell/index.ts';
export * from './spec.ts';
export * from './task-row.ts';
export * from './tasks.ts';
export { UnknownUserError } from './user.ts';
