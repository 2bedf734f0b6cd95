import { Command, InvalidArgumentError, Option } from 'commander';
import { playScenario, scenarioJsonSchema, textIn, type Attendant, type Language } from '@layerscope/core/scenarios';
import { nodeCodecs } from '../../codecs/index.ts';
import { createInterruption } from '../shell/interruption.ts';
import { INTERRUPTIBLE } from '../shell/program-workers.ts';
import { readScenario } from './scenario-file.ts';
import { renderPlayed, renderStep } from './render-played.ts';
import { paintFor } from '../render/colour.ts';

interface PlayCommandOptions {
  readonly verbose?: boolean;
  readonly json?: boolean;
  readonly schema?: boolean;
  readonly stepLimit: number;
  readonly lang: Language;
}

const seconds = (text: string): number => {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('a number of seconds.');
  return value;
};

/** Ends a step that takes longer than `limit` seconds. */
const timed = (limit: number) => (): Attendant => {
  const { io, force, end } = createInterruption();
  const timer = setTimeout(force, limit * 1000);
  return {
    // How long a step waits is the machine's time, which is limited by itself.
    io: io.onStart === undefined ? {} : { onStart: io.onStart },
    leave: () => {
      clearTimeout(timer);
      end();
    },
  };
};

/** Plays scenarios. The exit code is 0 when every one is as it says. */
export const playCommand = (setExitCode: (code: number) => void): Command =>
  new Command('play')
    .description('play scenarios, in memory, and say where they differ from what their files say')
    .argument('[file...]', 'scenario files (YAML or JSON)')
    .option('-v, --verbose', 'print every step with its output')
    .option('--json', 'print one JSON document a scenario')
    .addOption(
      new Option('--step-limit <seconds>', 'interrupt a step that takes longer').argParser(seconds).default(60),
    )
    .option('--schema', 'print the JSON schema of scenario files')
    .addOption(new Option('--lang <language>', 'language of the texts').choices(['en', 'zh']).default('en'))
    .action(async (paths: string[], options: PlayCommandOptions, command: Command) => {
      const { stdout } = process;
      const paint = paintFor(stdout);
      if (options.schema === true) return void stdout.write(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
      if (paths.length === 0) return command.error('error: give the path of a scenario, or --schema');
      for (const path of paths) {
        const { scenario, open } = await readScenario(path);
        const verbose = options.verbose === true && options.json !== true;
        if (verbose) stdout.write(`${paint('bold', textIn(scenario.title, options.lang))}\n`);
        if (verbose && scenario.about !== undefined) stdout.write(`\n${textIn(scenario.about, options.lang).trim()}\n`);
        const played = await playScenario(scenario, {
          open,
          codecs: nodeCodecs,
          host: INTERRUPTIBLE,
          attend: timed(options.stepLimit),
          ...(verbose ? { onStep: (step) => void stdout.write(renderStep(step, options.lang, paint)) } : {}),
        });
        const { differences, cost } = played;
        if (verbose) stdout.write('\n');
        if (options.json === true) stdout.write(`${JSON.stringify({ id: scenario.id, path, differences, cost })}\n`);
        else stdout.write(renderPlayed(played, path, paint));
        if (differences.length > 0) setExitCode(1);
      }
    });
