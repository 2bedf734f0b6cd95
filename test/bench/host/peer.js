/** The Go program beside this file: containerd's own code as a server, as a client, and mounting. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const CACHE = fileURLToPath(new URL('../../.cache', import.meta.url));

/** The folders of the Go programs beside this file, by the release of containerd whose code they hold. */
const FOLDERS = { 2.2: 'containerd', 1.6: 'containerd-1.6' };

const programOf = (release) => `${CACHE}/containerd-${release}-host-bench`;

/** Why they cannot run here; `undefined` when they were built. */
export const missingPeer = (...releases) => {
  if (process.platform !== 'linux' || process.getuid() !== 0) return 'needs root on Linux: it mounts';
  if (spawnSync('go', ['version']).status !== 0) return 'needs Go 1.24 or later, to compile containerd';
  mkdirSync(CACHE, { recursive: true });
  for (const release of releases) {
    const cwd = fileURLToPath(new URL(FOLDERS[release], import.meta.url));
    const built = spawnSync('go', ['build', '-o', programOf(release), '.'], { cwd, encoding: 'utf8' });
    if (built.status !== 0) return `the Go side does not compile: ${built.stderr.slice(0, 200)}`;
  }
  return undefined;
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

export const startPeer = (...args) => startLines(programOf('2.2'), args);

/** containerd 1.6, which only mounts. */
export const startOldPeer = () => startLines(programOf('1.6'), []);
