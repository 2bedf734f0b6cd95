/** What to do about a path that the machine refused. */
const ADVICE: ReadonlyMap<unknown, string> = new Map([
  ['ENOENT', 'Pass the path of something that is there.'],
  ['EISDIR', 'Pass a file, not a directory.'],
  ['ENOTDIR', 'A part of that path is a file: pass another.'],
  ['EACCES', 'Run it as somebody who may, for example with sudo.'],
  ['EPERM', 'Run it as somebody who may, for example with sudo.'],
  ['EROFS', 'Pass a path on a file system that can be written.'],
  ['ENOSPC', 'Make room on that file system, and try again.'],
]);

const adviceOf = (error: Error): string | undefined => {
  if ('advice' in error && typeof error.advice === 'string') return error.advice;
  return 'syscall' in error && 'path' in error && 'code' in error ? ADVICE.get(error.code) : undefined;
};

/** An error as the command line tells it: what failed, then what to do when the error knows. */
export const explain = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const advice = adviceOf(error);
  // Errors of ours are answers; anything else is a fault of the program, and its stack is what a report needs.
  const isOurs = 'code' in error || error.name === 'SourceError';
  if (!isOurs) return `this is a bug, please report it.\n${error.stack ?? error.message}`;
  return advice === undefined ? error.message : `${error.message}\n  → ${advice}`;
};
