import { Command, CommanderError } from 'commander';
import { explain } from './explain-error.ts';
import { reportFailure } from './overlay/overlay-daemon.ts';

type SetExitCode = (code: number) => void;
type MakeCommand = (setExitCode: SetExitCode) => Promise<Command>;

/** Each is loaded when it is asked for: a mount helper is to be there at once, without gRPC and the playground. */
const COMMANDS: ReadonlyMap<string, MakeCommand> = new Map<string, MakeCommand>([
  ['run', async (set) => (await import('./images/run-command.ts')).runCommand(set)],
  ['inspect', async () => (await import('./images/inspect-command.ts')).inspectCommand()],
  ['demo', async (set) => (await import('./images/demo-command.ts')).demoCommand(set)],
  ['shell', async (set) => (await import('./shell/shell-command.ts')).shellCommand(set)],
  ['play', async (set) => (await import('./play/play-command.ts')).playCommand(set)],
  ['overlay', async (set) => (await import('./overlay/overlay-command.ts')).overlayCommand(set)],
  ['serve', async () => (await import('./node/serve-command.ts')).serveCommand()],
  ['config', async () => (await import('./node/config-command.ts')).configCommand()],
  ['check', async (set) => (await import('./node/check-command.ts')).checkCommand(set)],
  ['metadata', async () => (await import('./node/metadata-command.ts')).metadataCommand()],
  ['doctor', async (set) => (await import('./node/doctor-command.ts')).doctorCommand(set)],
]);

/**
 * `mount -t fuse.layerscope SOURCE DIRECTORY -o …` runs the program of that name with a source, a directory and options,
 * and no word for a command.
 */
const isOfMount = (argv: readonly string[]): boolean => {
  const [source = '', directory = ''] = argv;
  return !COMMANDS.has(source) && !source.startsWith('-') && directory.startsWith('/') && argv[2] === '-o';
};

/** Commands made apart, and theirs, end the process themselves unless they are told not to. */
const inheritSettings = (command: Command, parent: Command): void => {
  command.copyInheritedSettings(parent);
  for (const inner of command.commands) inheritSettings(inner, command);
};

/**
 * The `layerscope` command. Resolves to the exit code: 0, the exit code of the command run in the container,
 * 1 for a failure of ours, 2 for a wrong command line.
 */
export const main = async (words: readonly string[]): Promise<number> => {
  const argv = isOfMount(words) ? ['overlay', ...words] : words;
  let exitCode = 0;
  const setExitCode = (code: number): void => void (exitCode = code);
  const program = new Command('layerscope')
    .description('See what a container image and a snapshotter do to files: in memory, without root.')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true });
  const asked = COMMANDS.get(argv[0] ?? '');
  const wanted = asked === undefined ? [...COMMANDS.values()] : [asked];
  for (const command of await Promise.all(wanted.map((make) => make(setExitCode)))) {
    program.addCommand(command);
    inheritSettings(command, program);
  }
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
