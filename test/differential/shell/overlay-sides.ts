/** A script in a merged view: the kernel's overlayfs under dash, and the simulated one under the shell. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom, steppingClock } from '@layerscope/core/fs';
import { createSimulatedKernel } from '@layerscope/core/kernel';
import { createShell } from '@layerscope/core/shell';
import type { Process } from '@layerscope/core/vfs';
import {
  ENVIRONMENT,
  latin1,
  type Node,
  type Outcome,
  putFile,
  realTree,
  simulatedTree,
  withoutDates,
} from './sides.ts';

export interface OverlayOutcome extends Outcome {
  readonly upper: readonly Node[];
}

/** What is meant by a mark is the same on both sides; the file handle or UUID in it is not. */
const withoutHandles = (tree: readonly Node[]): readonly Node[] =>
  tree.map((node) => ({
    ...node,
    xattrs: node.xattrs.map((line) => line.replace(/^(trusted\.overlay\.(?:origin|uuid))=.*/, '$1')),
  }));

const OPTIONS = 'index=off,redirect_dir=off,metacopy=off';
const FOLDERS = ['lower', 'upper', 'work', 'merged'];

export const runRealOverlay = (lower: string, script: string, base: string): OverlayOutcome => {
  const folder = mkdtempSync(join(base, 'overlay-'));
  for (const name of FOLDERS) mkdirSync(join(folder, name));
  const sh = (text: string, cwd: string) =>
    spawnSync('dash', ['-c', text], {
      cwd: join(folder, cwd),
      argv0: 'sh',
      env: ENVIRONMENT,
      encoding: 'latin1',
      input: '',
    });
  try {
    sh(lower, 'lower');
    const options = `lowerdir=${folder}/lower,upperdir=${folder}/upper,workdir=${folder}/work,${OPTIONS}`;
    const mounted = spawnSync('mount', ['-t', 'overlay', 'overlay', '-o', options, join(folder, 'merged')]);
    if (mounted.status !== 0) throw new Error(`cannot mount an overlay: ${mounted.stderr.toString()}`);
    try {
      const { status, stdout, stderr } = sh(script, 'merged');
      return {
        exitCode: status ?? -1,
        stdout: withoutDates(stdout),
        stderr,
        tree: realTree(join(folder, 'merged')),
        upper: withoutHandles(realTree(join(folder, 'upper'))),
      };
    } finally {
      spawnSync('umount', [join(folder, 'merged')]);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

export const runSimulatedOverlay = async (lower: string, script: string): Promise<OverlayOutcome> => {
  const clock = steppingClock(BigInt(Date.now()) * 1_000_000n);
  const random = seededRandom(1);
  const kernel = createSimulatedKernel({ clock, random });
  const set = kernel.spawn();
  set.mkdir('/top', 0o755);
  for (const name of FOLDERS) set.mkdir(`/top/${name}`, 0o755);
  set.mkdir('/etc', 0o755);
  for (const path of ['/etc/passwd', '/etc/group']) putFile(set, path, readFileSync(path));
  const run = async (process: Process, cwd: string, text: string) => {
    process.chdir(cwd);
    process.umask(0o022);
    const shell = createShell({ process, env: ENVIRONMENT, clock, random });
    return shell.run(['sh', '-c', text]);
  };
  await run(set, '/top/lower', lower);
  const options = ['lowerdir=/top/lower', 'upperdir=/top/upper', 'workdir=/top/work', ...OPTIONS.split(',')];
  await kernel.mount([{ type: 'overlay', source: 'overlay', options }], '/top/merged');
  const process = kernel.spawn();
  const { exitCode, stdout, stderr } = await run(process, '/top/merged', script);
  return {
    exitCode,
    stdout: withoutDates(latin1(stdout)),
    stderr: latin1(stderr),
    tree: simulatedTree(process, '/top/merged'),
    upper: withoutHandles(simulatedTree(process, '/top/upper')),
  };
};
