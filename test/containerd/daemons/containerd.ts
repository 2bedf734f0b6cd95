/**
 * A real containerd of this test's own: root, state, socket and configuration in a temporary folder, CRI off.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { command, commandBytes, type CommandOptions } from '../../command.ts';
import { programsOf, type Release } from './releases.ts';

export interface Containerd {
  /** The path of its socket. */
  readonly address: string;
  /** Its folder: `root/`, `state/`, and room for a test's own files. */
  readonly folder: string;
  /** The process id of the daemon. */
  readonly pid: number;
  /** Runs `ctr` in namespace `test` and answers its output. Throws with its error text. */
  ctr(args: readonly string[], options?: CommandOptions): string;
  ctrBytes(args: readonly string[], options?: CommandOptions): Buffer;
  /** Ends daemon and shims by their process ids, unmounts what is left and removes the folder. Idempotent. */
  stop(): Promise<void>;
}

export interface ContainerdOptions {
  /** Default: Debian's, 1.6. */
  readonly release?: Release;
  /** More configuration (TOML), e.g. a `[proxy_plugins]` section: of version 2 for 1.6, of version 3 for 2.2. */
  readonly configuration?: string;
  /** Its folder, for others that must know where its socket will be; a new one when absent. Removed by `stop`. */
  readonly folder?: string;
  /** Garbage may be collected, also by request (`ctr content prune references` waits for it). Default: never. */
  readonly collectsGarbage?: boolean;
}

const READY_SECONDS = 30;
const STOP_SECONDS = 10;

const configuration = (
  folder: string,
  { release = '1.6', configuration: more = '', collectsGarbage = false }: ContainerdOptions,
): string => `version = ${release === '1.6' ? 2 : 3}
root = "${folder}/root"
state = "${folder}/state"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt", "io.containerd.snapshotter.v1.devmapper"]

[grpc]
  address = "${folder}/containerd.sock"

[ttrpc]
  address = "${folder}/containerd.sock.ttrpc"

# Garbage collection would take what nothing refers to, such as the views a test makes: not while it runs.
[plugins."io.containerd.gc.v1.scheduler"]
  pause_threshold = 0.02
  deletion_threshold = 0
  mutation_threshold = 1000000
  schedule_delay = "${collectsGarbage ? '0ms' : '1h'}"
  startup_delay = "1h"
${more}
`;

/** Mount points at or below a folder, deepest (latest) first. */
const mountsBelow = (folder: string): readonly string[] =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((target) => target.startsWith(`${folder}/`))
    .toReversed();

/** Processes whose command line names the folder: the shims of tasks that a failed test left running. */
const processesNaming = (folder: string): readonly number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      if (!Number.isInteger(pid) || pid === process.pid) return false;
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`${folder}/containerd.sock`);
      } catch {
        return false; // it ended meanwhile
      }
    });

const ended = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

const end = async (child: ChildProcess): Promise<void> => {
  child.kill('SIGTERM');
  for (let waited = 0; !ended(child) && waited < STOP_SECONDS * 20; waited++) await pause(50);
  if (!ended(child)) child.kill('SIGKILL');
};

const tail = (path: string): string => readFileSync(path, 'utf8').split('\n').slice(-15).join('\n');

export const startContainerd = async (options: ContainerdOptions = {}): Promise<Containerd> => {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'layerscope-containerd-'));
  const address = join(folder, 'containerd.sock');
  const logFile = join(folder, 'containerd.log');
  writeFileSync(join(folder, 'config.toml'), configuration(folder, options));
  const programs = programsOf(options.release ?? '1.6');
  const log = openSync(logFile, 'w');
  const child = spawn(programs.containerd, ['--config', join(folder, 'config.toml')], {
    stdio: ['ignore', log, log],
    env: { ...process.env, PATH: [programs.folder, process.env['PATH']].filter(Boolean).join(':') },
  });
  closeSync(log);
  let stopped = false;
  const stop = async (): Promise<void> => {
    if (stopped) return;
    stopped = true;
    process.removeListener('exit', lastResort);
    for (const pid of processesNaming(folder)) if (pid !== child.pid) process.kill(pid, 'SIGTERM');
    await end(child);
    for (const pid of processesNaming(folder)) process.kill(pid, 'SIGKILL');
    for (const target of mountsBelow(folder)) command('umount', ['-l', target]);
    rmSync(folder, { recursive: true, force: true });
  };
  // A worker that ends before the test could stop it must not leave the daemon behind.
  const lastResort = (): void => void child.kill('SIGKILL');
  process.once('exit', lastResort);

  const withDefaults = (args: readonly string[]): readonly string[] => ['-a', address, '-n', 'test', ...args];
  try {
    for (let waited = 0; ; waited++) {
      if (ended(child)) throw new Error(`containerd ended at once:\n${tail(logFile)}`);
      try {
        command(programs.ctr, [...withDefaults(['--connect-timeout', '1s']), 'version']);
        break;
      } catch (error) {
        if (waited > READY_SECONDS * 10)
          throw new Error(`containerd is not ready:\n${tail(logFile)}`, { cause: error });
        await pause(100);
      }
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    address,
    folder,
    pid: child.pid!,
    ctr: (args, more) => command(programs.ctr, withDefaults(args), more),
    ctrBytes: (args, more) => commandBytes(programs.ctr, withDefaults(args), more),
    stop,
  };
};
