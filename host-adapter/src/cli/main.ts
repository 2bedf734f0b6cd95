import { Command, CommanderError } from 'commander';
import { checkCommand } from './node/check-command.ts';
import { configCommand } from './node/config-command.ts';
import { demoCommand } from './images/demo-command.ts';
import { doctorCommand } from './node/doctor-command.ts';
import { inspectCommand } from './images/inspect-command.ts';
import { explain } from './explain-error.ts';
import { metadataCommand } from './node/metadata-command.ts';
import { overlayCommand } from './overlay/overlay-command.ts';
import { reportFailure } from './overlay/overlay-daemon.ts';
import { playCommand } from './play/play-command.ts';
import { runCommand } from './images/run-command.ts';
import { serveCommand } from './node/serve-command.ts';
import { shellCommand } from './shell/shell-command.ts';

/**
 * The `layerscope` command. Resolves to the exit code: 0, the exit code of the command run in the container,
 * 1 for a failure of ours, 2 for a wrong command line.
 */
export const main = async (argv: readonly string[]): Promise<number> => {
  let exitCode = 0;
  const setExitCode = (code: number): void => void (exitCode = code);
  const program = new Command('layerscope')
    .description('See what a container image and a snapshotter do to files: in memory, without root.')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .addCommand(runCommand(setExitCode))
    .addCommand(inspectCommand())
    .addCommand(demoCommand(setExitCode))
    .addCommand(shellCommand(setExitCode))
    .addCommand(playCommand(setExitCode))
    .addCommand(overlayCommand(setExitCode))
    .addCommand(serveCommand())
    .addCommand(configCommand())
    .addCommand(checkCommand(setExitCode))
    .addCommand(metadataCommand())
    .addCommand(doctorCommand(setExitCode));
  // Sub-commands made apart end the process themselves unless they are told not to.
  for (const command of program.commands) command.copyInheritedSettings(program);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const text = explain(error);
    process.stderr.write(`layerscope: ${text}\n`);
    reportFailure(text);
    return 1;
  }
};
