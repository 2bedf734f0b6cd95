/** Builds the Go program in `containerd-peer/`, containerd's own archive package, once. */
import { spawnSync } from 'node:child_process';
import { requires, skipping } from '../../requirements.ts';

const SOURCE = new URL('containerd-peer/', import.meta.url).pathname;
const PROGRAM = new URL('../../.cache/containerd-peer', import.meta.url).pathname;

/** The path of the program; `undefined`, with the reason said, where it cannot be built (no Go, or no module proxy). */
export const containerdPeer = (): string | undefined => {
  if (!requires('root', 'linux', 'go')) return undefined;
  const { status, stderr } = spawnSync('go', ['build', '-o', PROGRAM, '.'], { cwd: SOURCE, encoding: 'utf8' });
  if (status === 0) return PROGRAM;
  skipping(`containerd's archive package cannot be built: ${stderr.trim().split('\n').at(-1)}`);
  return undefined;
};
