import { Command, InvalidArgumentError, Option } from 'commander';
import { SNAPSHOTTER_NAMES, type SnapshotterName } from '@layerscope/core/sandbox';
import { openImage } from './image-source.ts';
import { renderEnd, renderStart } from '../render/run-report.ts';
import { runImage, type FinishedRun, type NamedSource, type RunImageOptions } from './run-image.ts';
import { saveCommit, saveDiff } from './save.ts';

export interface RunCommandOptions extends RunImageOptions {
  readonly commit?: string;
  readonly diff?: string;
  readonly json?: boolean;
}

const wholeNumber = (text: string): number => {
  const number = Number(text);
  if (!Number.isSafeInteger(number)) throw new InvalidArgumentError('the seed is a whole number.');
  return number;
};

/** The options of everything that runs an image. */
export const addRunOptions = (command: Command): Command =>
  command
    .addOption(
      new Option('--snapshotter <name>', 'how layers become directories')
        .choices(SNAPSHOTTER_NAMES)
        .default('overlayfs' satisfies SnapshotterName),
    )
    .option('--privileged', 'all capabilities: the command may mount, and sees trusted.* attributes')
    .option('--commit <out.tar>', 'write a new image with one more layer')
    .option('--diff <out.tar[.gz]>', 'write what changed as a layer')
    .option('--json', 'print one JSON document instead of text')
    .addOption(new Option('--seed <number>', 'seed of every random choice').argParser(wholeNumber).default(1));

/** Runs, prints and saves. Answers the exit code of the command. */
export const runAndShow = async (
  source: NamedSource,
  args: readonly string[],
  options: RunCommandOptions,
): Promise<number> => {
  const quiet = { write: () => {} };
  const finished: FinishedRun = await runImage(source, args, options, {
    onStart: (start) => {
      if (options.json !== true) process.stdout.write(`${renderStart(start)}\n`);
    },
    stdout: options.json === true ? quiet : process.stdout,
    stderr: options.json === true ? quiet : process.stderr,
  });
  if (options.json === true) process.stdout.write(`${JSON.stringify(finished.report, null, 2)}\n`);
  else process.stdout.write(`\n${renderEnd(finished.report)}`);
  if (options.diff !== undefined) await saveDiff(finished, options.diff);
  if (options.commit !== undefined) await saveCommit(finished, options.commit);
  return finished.report.command.exitCode;
};

export const runCommand = (setExitCode: (code: number) => void): Command =>
  addRunOptions(new Command('run'))
    .description('run a command in an image, in memory, and show what it changed and why')
    .usage('[options] <image> [-- command...]')
    .argument('<image>', 'docker or OCI archive (tar, also gzip or zstd), or OCI layout directory')
    .argument('[command...]', "what to run; the image's own command when absent")
    .option('--platform <os/arch[/variant]>', 'which platform of a multi-platform image')
    .option('--image <name>', 'which image of an archive that holds several')
    .action(async (path: string, args: string[], options: RunCommandOptions) => {
      const source = await openImage(path);
      setExitCode(await runAndShow(source, args, options));
    });
