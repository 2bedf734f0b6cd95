export { runProgram, type ProgramTable } from './run.ts';
export { type BinaryFormat } from './format.ts';
export { createWasiFormat, type SpawnWorker, wasiFormat } from './wasi-format.ts';
export { TEXT_TOOLS } from './text-tools.ts';
export { SHELLS } from './shell-program.ts';
