export * from './container.ts';
export * from './new-container.ts';
export * from './process.ts';
export { signalNumber } from '../../shell/index.ts';
export * from './spec.ts';
export * from './tasks/task-row.ts';
export { settleTasks } from './tasks/ending.ts';
export * from './tasks/tasks.ts';
export { UnknownUserError } from './user.ts';
