/** How a script leaves the straight way: errors that end it, and `break`, `continue`, `return`, `exit`. */

/**
 * An error of the shell itself, printed as `sh: LINE: message`. It ends a non-interactive shell (POSIX, "Consequences
 * of Shell Errors"); `line` is absent when the statement being run has it.
 */
export class ShellError extends Error {
  readonly status: number;
  readonly line: number | undefined;

  constructor(message: string, status = 2, line?: number) {
    super(message);
    this.name = 'ShellError';
    this.status = status;
    this.line = line;
  }
}

/** A redirection that failed: fatal for a special built-in only. */
export class RedirectionError extends ShellError {}

class Jump extends Error {
  constructor(name: string) {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super(name);
    Error.stackTraceLimit = limit;
  }
}

/** `break` and `continue`, out of `levels` loops. */
export class LoopJump extends Jump {
  readonly kind: 'break' | 'continue';
  readonly levels: number;

  constructor(kind: 'break' | 'continue', levels: number) {
    super(kind);
    this.kind = kind;
    this.levels = levels;
  }
}

/** A signal that ends a process: caught where the process ends, so that whoever waits for it learns its status. */
export class SignalJump extends Jump {
  readonly signal: number;

  constructor(signal: number) {
    super(`signal ${signal}`);
    this.signal = signal;
  }
}

export class ReturnJump extends Jump {
  readonly status: number;

  constructor(status: number) {
    super('return');
    this.status = status;
  }
}

export class ExitJump extends Jump {
  readonly status: number;

  constructor(status: number) {
    super('exit');
    this.status = status;
  }
}
