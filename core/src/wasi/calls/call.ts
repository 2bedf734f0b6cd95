import { errnoOf } from '../abi/errno.ts';
import type { WasmFunction } from '../abi/web-assembly.ts';

/** Calls by name. They answer nothing, or a promise of nothing when they have to wait, and throw what went wrong. */
export type CallTable = { readonly [name: string]: WasmFunction };

const SUCCESS = 0;

/**
 * The call as a program imports it: answers the error number. No call has more than nine parameters; naming them is
 * what keeps the way from the program to the call short.
 */
export const answering = (call: WasmFunction): WasmFunction => {
  const body = call as (...args: readonly unknown[]) => unknown;
  return (
    a: unknown,
    b: unknown,
    c: unknown,
    d: unknown,
    e: unknown,
    f: unknown,
    g: unknown,
    h: unknown,
    i: unknown,
  ) => {
    try {
      const waiting = body(a, b, c, d, e, f, g, h, i);
      return waiting === undefined ? SUCCESS : (waiting as Promise<void>).then(() => SUCCESS, errnoOf);
    } catch (error) {
      return errnoOf(error);
    }
  };
};
