/** mkdir -p: the directories that are missing on the way to a path. */
import { FsError, errnoText, isDirectory } from '../../../fs/index.ts';
import { quote, type Invocation } from '../../command.ts';
import { statOrNothing } from '../../open-path.ts';

/** A directory on the way that could not be made: `cannot create directory 'a/b': reason`. */
export class DirectoryError extends Error {
  constructor(path: string, text: string) {
    super(`cannot create directory ${quote(path)}: ${text}`);
    this.name = 'DirectoryError';
  }
}

/**
 * Makes every missing directory of the path and answers their names in order. Parents get what the umask leaves plus
 * write and search for the owner, so that the next one can be made (POSIX). Throws `DirectoryError`.
 */
export const makeDirectories = ({ process }: Invocation, path: string, mode = 0o777): readonly string[] => {
  const made: string[] = [];
  const mask = process.umask(0);
  process.umask(mask & ~0o300);
  try {
    const names = path.split('/');
    let at = path.startsWith('/') ? '/' : '';
    for (const [index, name] of names.entries()) {
      if (name === '') continue;
      at += name;
      const isLast = names.slice(index + 1).every((rest) => rest === '');
      if (isLast) process.umask(mask);
      try {
        process.mkdir(at, isLast ? mode : 0o777);
        made.push(at);
      } catch (error) {
        // Whatever else stops mkdir(2), a directory that is there already will do.
        if (!(error instanceof FsError)) throw error;
        if (!isDirectory(statOrNothing(process, at)?.mode ?? 0))
          throw new DirectoryError(at, errnoText(error.code === 'EEXIST' && !isLast ? 'ENOTDIR' : error.code));
      }
      at += '/';
    }
  } finally {
    process.umask(mask);
  }
  return made;
};
