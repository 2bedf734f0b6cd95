import { spawn } from 'node:child_process';

const DAEMON = 'LAYERSCOPE_OVERLAY_DAEMON';

type Report = { readonly mounted: true } | { readonly failed: string };

/** Whether this process is the one that stays. */
export const isDaemon = (): boolean => process.env[DAEMON] === '1' && process.send !== undefined;

/**
 * Starts this very command again, in a session of its own, and waits until it has mounted: whoever called may use the
 * directory right away. Answers the exit code, and has told the reason when it is not 0.
 */
export const startDaemon = (): Promise<number> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: { ...process.env, [DAEMON]: '1' },
    });
    const finish = (code: number, text?: string): void => {
      if (text !== undefined) process.stderr.write(`layerscope: ${text}\n`);
      child.removeAllListeners();
      if (child.connected) child.disconnect();
      child.unref();
      resolve(code);
    };
    child.once('message', (report: Report) => ('mounted' in report ? finish(0) : finish(1, report.failed)));
    child.once('error', (error) => finish(1, error.message));
    child.once('exit', (code, signal) => finish(1, `the server ended with ${signal ?? `status ${code}`} and no word`));
  });

/** Tells the caller of the command that the mount is there. */
export const reportMounted = (): void => report({ mounted: true });

/** Tells the caller of the command why there is none. */
export const reportFailure = (text: string): void => report({ failed: text });

const report = (message: Report): void => {
  if (!isDaemon()) return;
  process.send?.(message, () => {
    if (process.connected) process.disconnect();
  });
};
