import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { demoImage } from '@layerscope/core/demo';
import { command } from '../command.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What a shell printed and how it ended. */
export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A copy of the repository as a stranger's clone has it, with an image to try things on. */
export interface Clone {
  readonly folder: string;
  run(script: string): Promise<Ran>;
  remove(): void;
}

/** Copies what git would hand over (files not ignored, committed or not), and puts the demo image in as `image.tar`. */
export const cloneRepository = async (): Promise<Clone> => {
  const folder = mkdtempSync(join(tmpdir(), 'layerscope-clone-'));
  const files = command('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT });
  for (const file of files.split('\0').filter(Boolean)) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    cpSync(join(ROOT, file), join(folder, file));
  }
  writeFileSync(join(folder, 'image.tar'), await demoImage());
  return {
    folder,
    run: (script) =>
      new Promise((resolve, reject) => {
        const { NODE_OPTIONS: _options, VITEST: _vitest, LAYERSCOPE_SKIPS: _skips, ...env } = process.env;
        const shell = spawn('bash', ['-euo', 'pipefail', '-c', script], {
          cwd: folder,
          stdio: ['ignore', 'pipe', 'pipe'],
          // What is installed globally goes into the clone.
          // `npm test` in a clone runs one small tier, `npm start` serves its page to itself once: both are to end.
          env: {
            ...env,
            LAYERSCOPE_TIERS: 'conformance',
            LAYERSCOPE_START: 'check',
            npm_config_prefer_offline: 'true',
            npm_config_prefix: join(folder, 'global'),
            PATH: `${join(folder, 'global', 'bin')}:${env['PATH'] ?? ''}`,
            NO_COLOR: '1',
          },
        });
        let [stdout, stderr] = ['', ''];
        shell.stdout.on('data', (chunk) => (stdout += chunk));
        shell.stderr.on('data', (chunk) => (stderr += chunk));
        shell.on('error', reject);
        shell.on('close', (status) => resolve({ status, stdout, stderr }));
      }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};
