import { type ErrnoName, FsError } from '../../fs/index.ts';

/** A mount that the overlay refuses. */
export class OverlayMountError extends FsError {
  /** The line that the kernel would log, without its prefix. */
  readonly kernelLog: string;

  constructor(code: ErrnoName, kernelLog: string) {
    super(code, kernelLog);
    this.name = 'OverlayMountError';
    this.kernelLog = kernelLog;
  }
}

/** Refuses a mount with an errno and the line that the kernel logs, which alone says why. */
export const refuse = (code: ErrnoName, kernelLog: string): never => {
  throw new OverlayMountError(code, kernelLog);
};
