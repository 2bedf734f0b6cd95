/** The Go program beside this file: containerd's own code as a server, as a client, and mounting. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('containerd', import.meta.url));
const CACHE = fileURLToPath(new URL('../../.cache', import.meta.url));
const PROGRAM = `${CACHE}/containerd-host-bench`;

/** Why it cannot run here; `undefined` when it was built. */
export const missingPeer = () => {
  if (process.platform !== 'linux' || process.getuid() !== 0) return 'needs root on Linux: it mounts';
  if (spawnSync('go', ['version']).status !== 0) return 'needs Go 1.24 or later, to compile containerd';
  mkdirSync(CACHE, { recursive: true });
  const built = spawnSync('go', ['build', '-o', PROGRAM, '.'], { cwd: FOLDER, encoding: 'utf8' });
  return built.status === 0 ? undefined : `the Go side does not compile: ${built.stderr.slice(0, 200)}`;
};

export const median = (values) => values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)];

/** Starts a program that says `ready` and then answers each line it reads with one of its own. */
export const startLines = async (command, args, stderr = 'inherit') => {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', stderr] });
  const exited = new Promise((resolve) => child.on('exit', resolve));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  return {
    ask: async (line) => {
      child.stdin.write(`${line}\n`);
      return (await lines.next()).value;
    },
    end: async () => {
      child.stdin.end();
      child.kill('SIGTERM');
      await exited;
    },
  };
};

export const startPeer = (...args) => startLines(PROGRAM, args);
