import { Errno, FsError, type ErrnoName } from '@layerscope/core/fs';
import { ContainerdError, ERROR_CLASSES, type ErrorClass } from '@layerscope/core/snapshots';
import { RemoteError } from '../../kernel/rpc.ts';

/** The error as it was thrown on the other side: its class is what callers ask for. */
export const revived = (error: unknown): unknown => {
  if (!(error instanceof RemoteError)) return error;
  const { code, message } = error;
  if (Object.hasOwn(ERROR_CLASSES, code)) return new ContainerdError(code as ErrorClass, message);
  if (Object.hasOwn(Errno, code)) return Object.assign(new FsError(code as ErrnoName), { message });
  return new Error(message);
};

/** Waits for an answer of the other side. */
export const answered = async <T>(answer: Promise<T>): Promise<T> => {
  try {
    return await answer;
  } catch (error) {
    throw revived(error);
  }
};
