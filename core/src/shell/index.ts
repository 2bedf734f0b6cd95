export { type Command, type Invocation, type MountControl, type Spawn } from './command.ts';
export { type BinaryFormat, createWasiFormat, type SpawnWorker, wasiFormat } from './programs/index.ts';
export { justBash } from './just-bash.ts';
export { type Idle, type ProcessRow, signalName, signalNumber } from './processes/index.ts';
export {
  createShell,
  type RunControl,
  type RunOptions,
  type RunResult,
  type Shell,
  type ShellOptions,
} from './shell.ts';
export { collector, type Input, type Output, type Stream } from './streams.ts';
export { createLineDiscipline, type LineDiscipline } from './terminal/line-discipline.ts';
