/** Unwinds a program that ended itself (`proc_exit`); what is thrown through WebAssembly frames comes out unchanged. */
export class ProgramExit extends Error {
  /** The whole number it gave; a shell sees the low eight bits. */
  readonly status: number;

  constructor(status: number) {
    super(`exit ${status}`);
    this.name = 'ProgramExit';
    this.status = status;
  }
}

/** A program that cannot be run at all, or went wrong in a way that is not an exit status. */
export class WasiProgramError extends Error {
  /** `invalid`: no WebAssembly or nothing to start; `trap`: it did what WebAssembly forbids. */
  readonly kind: 'invalid' | 'trap';

  constructor(kind: 'invalid' | 'trap', message: string) {
    super(message);
    this.name = 'WasiProgramError';
    this.kind = kind;
  }
}
