export { type WasmMemory } from './abi/guest-memory.ts';
export { type WasmFunction, type WasmModule } from './abi/web-assembly.ts';
export { type WasiStream } from './descriptors/stream.ts';
export { ProgramExit, WasiProgramError } from './exit.ts';
export { createProgram, type PreopenedDirectory, type WasiOptions, type WasiProgram } from './program.ts';
export * from './remote/index.ts';
export { compileWasi, runWasi, type RunWasiOptions, WASI_MODULE, WASM_MAGIC } from './run-wasi.ts';
