export { runProgram, type ProgramTable } from './run.ts';
export { type BinaryFormat } from './format.ts';
export { createTextTools, type TextTools } from './text-tools.ts';
