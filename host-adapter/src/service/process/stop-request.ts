/** How a server learns that it is to end. */

/** How often it is looked whether the parent is still there. Milliseconds. */
const LOOK_EVERY = 250;

/**
 * npx and npm run a command in a shell, and when they are told to end they end that shell: the command itself hears
 * nothing of it and would serve on, owned by nobody. It can only see that its parent is another one.
 */
const runByNpm = (env: NodeJS.ProcessEnv): boolean => env['npm_lifecycle_event'] !== undefined;

/** Resolves with what asked for the end: SIGTERM or SIGINT, or that npx, which runs this command, is gone. */
export const untilStopRequested = (env: NodeJS.ProcessEnv = process.env): Promise<NodeJS.Signals | 'end of npx'> =>
  new Promise((resolve) => {
    const parent = process.ppid;
    const looking = runByNpm(env)
      ? setInterval(() => process.ppid !== parent && stop('end of npx'), LOOK_EVERY).unref()
      : undefined;
    const stop = (reason: NodeJS.Signals | 'end of npx'): void => {
      clearInterval(looking);
      resolve(reason);
    };
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
  });
