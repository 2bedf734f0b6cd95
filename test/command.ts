import { spawnSync } from 'node:child_process';
import { findProgram } from './requirements.ts';

/** How a command is run. */
export interface CommandOptions {
  readonly cwd?: string;
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program to its end and answers its standard output as bytes; throws with its standard error when it fails. */
export const commandBytes = (program: string, args: readonly string[], options: CommandOptions = {}): Buffer => {
  const { status, signal, stdout, stderr, error } = spawnSync(findProgram(program) ?? program, args, {
    ...options,
    env: { ...process.env, ...options.env },
    maxBuffer: 1 << 30,
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ended with ${status ?? signal}\n${stdout}${stderr}`);
  return stdout;
};

/** As `commandBytes`, as text. */
export const command = (program: string, args: readonly string[], options: CommandOptions = {}): string =>
  commandBytes(program, args, options).toString('utf8');

/** Runs a script, stopping at the first command that fails. */
export const script = (text: string, options: CommandOptions = {}): string =>
  command('bash', ['-euo', 'pipefail', '-c', text], options);
