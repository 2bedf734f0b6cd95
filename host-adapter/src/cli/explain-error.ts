/** An error as the command line tells it: what failed, then what to do when the error knows. */
export const explain = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const advice = 'advice' in error && typeof error.advice === 'string' ? error.advice : undefined;
  // Errors of ours are answers; anything else is a fault of the program, and its stack is what a report needs.
  const isOurs = 'code' in error || error.name === 'SourceError';
  if (!isOurs) return `this is a bug, please report it.\n${error.stack ?? error.message}`;
  return advice === undefined ? error.message : `${error.message}\n  → ${advice}`;
};
