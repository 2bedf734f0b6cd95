import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { tryLock } from '../linux/index.ts';
import { MetadataError } from './metadata-error.ts';

/**
 * Makes this process the only one with the lock file `path`, which holds its process id, and answers how to give it up.
 * The kernel gives it up when the process ends, however it ends; the file stays and means nothing. METADATA_IN_USE when
 * another process (or another store of this one) has it.
 */
export const lockFile = (path: string, guarded: string): (() => void) => {
  const fd = openSync(path, 'a+', 0o600);
  try {
    if (!tryLock(fd)) {
      const holder = readFileSync(path, 'utf8').trim();
      throw new MetadataError(
        'METADATA_IN_USE',
        `${guarded} is in use by ${holder === '' ? 'another process' : `process ${holder}`}`,
        'Stop that process first, or choose another root. Looking without changing anything needs no lock.',
      );
    }
    ftruncateSync(fd);
    writeSync(fd, `${process.pid}\n`);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return () => closeSync(fd);
};
