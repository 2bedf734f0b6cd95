/**
 * The few globals that every platform of `core` has (Node, browser, worker) and that ES2023's types do not name.
 * Kept by hand, because DOM or Node types would let everything else in.
 */
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
  encodeInto(text: string, into: Uint8Array): { read: number; written: number };
}
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(bytes?: Uint8Array, options?: { stream?: boolean }): string;
}
interface ErrorConstructor {
  /** V8 and JavaScriptCore; elsewhere setting it does nothing. */
  stackTraceLimit: number;
}
/** Compression Streams (WHATWG): browsers since 2023, Node 18. Only what reading through one needs. */
declare class DecompressionStream {
  constructor(format: 'gzip');
  readonly readable: {
    getReader(): {
      read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array }>;
      cancel(reason?: unknown): Promise<void>;
    };
  };
  readonly writable: {
    getWriter(): {
      write(chunk: Uint8Array): Promise<void>;
      close(): Promise<void>;
      abort(reason?: unknown): Promise<void>;
    };
  };
}
