/** `layerscope serve` in a folder, as the benchmarks of calls want it. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const LAYERSCOPE = fileURLToPath(new URL('../../../../host-adapter/bin/layerscope.js', import.meta.url));

/** $LAYERSCOPE_PROFILE: a folder for a profile of the server (`node --cpu-prof`). */
const profile = () => {
  const folder = process.env.LAYERSCOPE_PROFILE;
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`];
};

export const startOurs = async (folder) => {
  const socket = `${folder}/ours.sock`;
  const args = ['serve', '--root', `${folder}/ours`, '--address', socket, '--sync-remove', '--log-level', 'error'];
  const child = spawn(process.execPath, [...profile(), LAYERSCOPE, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = new Promise((resolve) => child.on('exit', resolve));
  while (!existsSync(socket) && child.exitCode === null) await pause(20);
  return {
    socket,
    end: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
};
