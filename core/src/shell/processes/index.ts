export { createPipe, type Pipe } from './pipe.ts';
export { FIRST_PID, ProcessTable } from './process-table.ts';
export { type Idle, Scheduler } from './scheduler.ts';
export { type ProcessRow, ShellProcess } from './shell-process.ts';
export * from './signals.ts';
