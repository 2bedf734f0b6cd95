/** `layerscope serve` as a process of this test's own, with root and socket in a temporary folder. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { command } from '../../command.ts';
import type { Release } from './releases.ts';

const PROGRAM = fileURLToPath(new URL('../../../host-adapter/bin/layerscope.js', import.meta.url));
const READY_SECONDS = 30;
const STOP_SECONDS = 30;

export interface LayerscopeOptions {
  /** More arguments of `layerscope serve`. */
  readonly args?: readonly string[];
  /** A folder that outlives this process, with the root in it; a new one, removed by `stop`, when absent. */
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A program, with its arguments, that becomes the command, like `unshare`. */
  readonly by?: readonly string[];
}

export interface Layerscope {
  /** The path of its socket. */
  readonly address: string;
  /** Holds `root`, the socket and the log. */
  readonly folder: string;
  readonly root: string;
  readonly pid: number;
  /** What it logged so far, a line each. */
  log(): readonly Readonly<Record<string, unknown>>[];
  /**
   * The section of containerd's configuration that names this snapshotter `layerscope`, printed with more options of
   * `layerscope config containerd`. Default: for 1.6.
   */
  proxyPlugin(release?: Release, ...args: readonly string[]): string;
  /** Ends it with a signal and answers its exit code. Idempotent. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

const ended = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

const exit = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  child.kill(signal);
  for (let waited = 0; !ended(child) && waited < STOP_SECONDS * 50; waited++) await pause(20);
  if (!ended(child)) child.kill('SIGKILL');
};

/** Runs `layerscope` to its end. */
export const layerscope = (...args: readonly string[]): string => command(process.execPath, [PROGRAM, ...args]);

export const startLayerscope = async (options: LayerscopeOptions = {}): Promise<Layerscope> => {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'layerscope-serve-'));
  const [root, address, logFile] = ['root', 'layerscope.sock', 'layerscope.log'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const log = openSync(logFile, 'w');
  const usual = ['serve', '--root', root, '--address', address, '--log', 'json'];
  const [program = '', ...words] = [
    ...(options.by ?? []),
    process.execPath,
    PROGRAM,
    ...usual,
    ...(options.args ?? []),
  ];
  const child = spawn(program, words, {
    stdio: ['ignore', 'ignore', log],
    env: { ...process.env, ...options.env },
  });
  closeSync(log);
  const text = (): string => readFileSync(logFile, 'utf8');
  const lastResort = (): void => void child.kill('SIGKILL');
  process.once('exit', lastResort);
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> => {
    process.removeListener('exit', lastResort);
    if (!ended(child)) await exit(child, signal);
    if (options.folder === undefined && existsSync(folder)) rmSync(folder, { recursive: true, force: true });
    return child.exitCode;
  };
  for (let waited = 0; !text().includes('"msg":"serving"'); waited++) {
    if (ended(child) || waited > READY_SECONDS * 50) {
      const said = text();
      await stop();
      throw new Error(`layerscope does not serve:\n${said}`);
    }
    await pause(20);
  }
  return {
    address,
    folder,
    root,
    pid: child.pid!,
    log: () =>
      text()
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    proxyPlugin: (release = '1.6', ...args) => {
      const version = release === '1.6' ? ['2'] : ['3', '--capability', 'rebase'];
      const where = ['--address', address, '--root', root, ...args];
      return layerscope('config', 'containerd', ...where, '--config-version', ...version);
    },
    stop,
  };
};
