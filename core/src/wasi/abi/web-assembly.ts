/**
 * What this host needs of the platform's WebAssembly object. It is looked up, not declared as a global: Node's and the
 * DOM's types describe the same object in other words.
 */
import type { WasmMemory } from './guest-memory.ts';

/** A compiled program (`WebAssembly.Module`). */
export type WasmModule = object;

export type WasmFunction = (...args: never[]) => unknown;
export type WasmImports = { readonly [module: string]: { readonly [name: string]: WasmFunction | object } };

/** A program in memory (`WebAssembly.Instance`). */
export interface WasmInstance {
  readonly exports: { readonly [name: string]: unknown };
}

interface Platform {
  readonly Instance: new (module: WasmModule, imports: WasmImports) => WasmInstance;
  readonly Memory: new (descriptor: object) => WasmMemory;
  readonly Module: (new (bytes: Uint8Array) => WasmModule) & {
    exports(module: WasmModule): readonly { readonly name: string; readonly kind: string }[];
    imports(module: WasmModule): readonly { readonly module: string; readonly name: string; readonly kind: string }[];
  };
  readonly RuntimeError: new (message?: string) => Error;
  readonly CompileError: new (message?: string) => Error;
  readonly LinkError: new (message?: string) => Error;
  compile(bytes: Uint8Array): Promise<WasmModule>;
  instantiate(module: WasmModule, imports: WasmImports): Promise<WasmInstance>;
  /** JavaScript Promise Integration, where the platform has it: a call that waits suspends the program. */
  readonly Suspending?: new (call: WasmFunction) => object;
  readonly promising?: (call: WasmFunction) => () => Promise<unknown>;
}

export const platform: Platform = (globalThis as unknown as { readonly WebAssembly: Platform }).WebAssembly;
