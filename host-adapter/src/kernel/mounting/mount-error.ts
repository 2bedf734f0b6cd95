import { FsError, errnoText } from '@layerscope/core/fs';
import type { Mount } from '@layerscope/core/kernel';

const ADVICE: { readonly [code: string]: string } = {
  EPERM: 'Mounting wants root (CAP_SYS_ADMIN).',
  ENODEV: 'This kernel does not know the file system type: is its module loaded?',
  EINVAL: 'The end of `dmesg` says what the kernel disliked.',
  ELOOP: 'An upper or work directory that is in use by another overlay cannot be used again.',
};

/** A failed mount as its user has to know it: what was to be mounted where, what the kernel said, and what to do. */
export const mountError = (error: unknown, mount: Mount, target: string, said: readonly string[] = []): unknown => {
  if (!(error instanceof FsError)) return error;
  const words = said.map((line) => line.replace(/^[ewi] /, ''));
  const reason = words.length > 0 ? words.join('; ') : errnoText(error.code).toLowerCase();
  const advice = words.length > 0 ? undefined : ADVICE[error.code];
  const what = `mounting ${mount.type} ${mount.source} on ${target}: ${reason}`;
  return new FsError(error.code, advice === undefined ? what : `${what}. ${advice}`);
};
