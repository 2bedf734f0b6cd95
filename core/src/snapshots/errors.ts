/**
 * `ContainerdError`: the one exception of the snapshot contract.
 *
 * containerd tells errors apart by class, and puts the text of the class at the end of the message; over gRPC the class
 * is the status code and the message is kept whole. Both come back here: `code` is the class, `message` is the text
 * byte for byte. `reason` and `data` are for programs: what exactly was refused, and about which key.
 */
import { FsError, errnoText } from '../fs/index.ts';
import { goQuote } from './go-quote.ts';
import { MESSAGES } from './messages.ts';
import type { Reason } from './messages.ts';

/** Class, its gRPC status number, and the text containerd appends to messages of that class. */
export const ERROR_CLASSES = {
  Canceled: { grpc: 1, text: 'context canceled' },
  Unknown: { grpc: 2, text: 'unknown' },
  InvalidArgument: { grpc: 3, text: 'invalid argument' },
  DeadlineExceeded: { grpc: 4, text: 'context deadline exceeded' },
  NotFound: { grpc: 5, text: 'not found' },
  AlreadyExists: { grpc: 6, text: 'already exists' },
  PermissionDenied: { grpc: 7, text: 'permission denied' },
  ResourceExhausted: { grpc: 8, text: 'resource exhausted' },
  FailedPrecondition: { grpc: 9, text: 'failed precondition' },
  Aborted: { grpc: 10, text: 'aborted' },
  OutOfRange: { grpc: 11, text: 'out of range' },
  NotImplemented: { grpc: 12, text: 'not implemented' },
  Internal: { grpc: 13, text: 'internal' },
  Unavailable: { grpc: 14, text: 'unavailable' },
  DataLoss: { grpc: 15, text: 'data loss' },
  Unauthenticated: { grpc: 16, text: 'unauthenticated' },
} as const;

export type ErrorClass = keyof typeof ERROR_CLASSES;

/** The values named in a message: keys, names, paths, an errno. */
export type ErrorData = { readonly [name: string]: string };

/**
 * A refused or failed call. No stack is taken: "not found" is an answer that callers ask for (unpacking asks for every
 * layer whether it is there), and a stack costs more than the lookup.
 */
export class ContainerdError extends Error {
  /** containerd's class; stable. */
  readonly code: ErrorClass;
  /** The gRPC status number of the class. */
  readonly grpc: number;
  /** Which rule refused; a row of `MESSAGES`. Absent when the error was made elsewhere (another server). */
  readonly reason: Reason | undefined;
  readonly data: ErrorData;

  /** `message` is the whole text, class text included. */
  constructor(code: ErrorClass, message: string, reason?: Reason, data: ErrorData = {}, cause?: unknown) {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super(message, cause === undefined ? undefined : { cause });
    Error.stackTraceLimit = limit;
    this.name = 'ContainerdError';
    this.code = code;
    this.grpc = ERROR_CLASSES[code].grpc;
    this.reason = reason;
    this.data = data;
  }

  /** What a user can do about it; `''` when the rule is not known. */
  get advice(): string {
    return this.reason === undefined ? '' : MESSAGES[this.reason].advice;
  }
}

const fill = (text: string, data: ErrorData): string =>
  text.replace(/\{(\w+)(\|q)?\}/g, (_, name: string, quoted?: string) => {
    const value = data[name] ?? '';
    return quoted === undefined ? value : goQuote(value);
  });

/** `text` with the text of the class behind it, as wrapping a class in Go reads; Unknown has none. */
export const classText = (code: ErrorClass, text: string): string =>
  code === 'Unknown' ? text : `${text}: ${ERROR_CLASSES[code].text}`;

/** The error of a row of the table. `refusal('key-taken', { key: 'a' })` reads "snapshot a: already exists". */
export const refusal = (reason: Reason, data: ErrorData = {}): ContainerdError => {
  const { code, text } = MESSAGES[reason];
  return new ContainerdError(code, classText(code, fill(text, data)), reason, data);
};

/**
 * The same error with `prefix` and ": " in front: class, reason and data stay, as with Go's `%w`.
 * A file-system error becomes one of class Unknown that reads as Go prints an errno ("no space left on device").
 */
export const prefixed = (prefix: string, error: unknown): ContainerdError => {
  if (error instanceof ContainerdError) {
    return new ContainerdError(error.code, `${prefix}: ${error.message}`, error.reason, error.data, error);
  }
  if (error instanceof FsError) {
    const problem = `${prefix}: ${errnoText(error.code).toLowerCase()}`;
    return new ContainerdError('Unknown', problem, 'kernel-failure', { problem, errno: error.code }, error);
  }
  return new ContainerdError('Unknown', `${prefix}: ${String(error)}`, undefined, {}, error);
};

/** Whether `error` is of a class: `isClass(error, 'NotFound')`. */
export const isClass = (error: unknown, code: ErrorClass): error is ContainerdError =>
  error instanceof ContainerdError && error.code === code;
