import { createInterface } from 'node:readline';
import { Command, Option } from 'commander';
import { CTR, ctr } from '@layerscope/core/ctr';
import {
  createHistory,
  SNAPSHOTTER_NAMES,
  type BlobSource,
  type CommandStreams,
  type SnapshotterName,
} from '@layerscope/core/sandbox';
import { nodeCodecs } from '../../codecs/index.ts';
import { BUILT_IN_IMAGES, builtInImage } from '../images/built-in-image.ts';
import { openImage, SourceError } from '../images/image-source.ts';
import { paintFor } from '../render/colour.ts';
import { INTERRUPTIBLE } from './program-workers.ts';
import { runPrompt } from './prompt.ts';
import { WORDS } from './read-line.ts';
import { createSession } from './session.ts';

interface ShellCommandOptions {
  readonly snapshotter: SnapshotterName;
  readonly seed: string;
  readonly record?: string;
}

/** Archives by path, opened ahead because a node asks for them in the middle of a command. */
const createBlobs = (): { readonly blobs: BlobSource; prepare(name: string): Promise<void> } => {
  const opened = new Map<string, () => AsyncIterable<Uint8Array>>();
  return {
    blobs: (name) => opened.get(name)?.(),
    prepare: async (name) => {
      const bytes = await builtInImage(name);
      if (bytes !== undefined) {
        opened.set(name, async function* () {
          yield bytes;
        });
        return;
      }
      const source = (await openImage(name)).open(() => {});
      if (!('archive' in source))
        throw new SourceError(`${name} is a directory. Give an archive: tar -C ${name} -cf image.tar .`);
      opened.set(name, () => {
        const again = openImage(name);
        return (async function* () {
          const image = (await again).open(() => {});
          if ('archive' in image) yield* image.archive;
        })();
      });
    },
  };
};

const complete = (line: string): [string[], string] => {
  const words = line.split(' ');
  const last = words.at(-1) ?? '';
  if (words.length === 1) return [Object.keys(WORDS).filter((word) => word.startsWith(last)), last];
  if (words[0] !== 'ctr') return [[], last];
  let commands = CTR.commands ?? [];
  for (const word of words.slice(1, -1)) commands = commands.find(({ names }) => names.includes(word))?.commands ?? [];
  return [commands.map(({ names }) => names[0] ?? '').filter((name) => name.startsWith(last)), last];
};

const builtIn = Object.entries(BUILT_IN_IMAGES)
  .map(([name, reference]) => `${name} (${reference})`)
  .join(', ');

/** A node in memory at a prompt. */
export const shellCommand = (setExitCode: (code: number) => void): Command =>
  new Command('shell')
    .description('a containerd node in memory, at a prompt: ctr, containers, undo, faults and crashes')
    .argument('[image]', `an archive to import first, or a small image that is built in: ${builtIn}`)
    .addOption(
      new Option('--snapshotter <name>', 'the snapshotter where none is named')
        .choices(SNAPSHOTTER_NAMES)
        .default('overlayfs'),
    )
    .option('--seed <number>', 'seed of every random choice', '1')
    .option('--record <file>', 'write what was done as a scenario, at the end')
    .action(async (image: string | undefined, options: ShellCommandOptions) => {
      const { stdin, stdout, stderr } = process;
      const { blobs, prepare } = createBlobs();
      for (const name of Object.keys(BUILT_IN_IMAGES)) await prepare(name);
      if (image !== undefined) await prepare(image);
      const { snapshotter } = options;
      const seed = Number(options.seed);
      const isTerminal = stdin.isTTY === true && stdout.isTTY === true;
      const history = await createHistory({
        snapshotter,
        seed,
        codecs: nodeCodecs,
        ctr,
        blobs,
        ...(isTerminal ? { host: INTERRUPTIBLE } : {}),
      });
      const paint = paintFor(stdout);
      const session = createSession({
        history,
        setting: {
          machine: { seed, snapshotter },
          blobs: {
            ...Object.fromEntries(Object.keys(BUILT_IN_IMAGES).map((name) => [name, name])),
            ...(image === undefined ? {} : { [image]: image }),
          },
        },
        out: (text) => void stdout.write(text),
        err: (text) => void stderr.write(text),
        paint,
      });
      if (image !== undefined) await session.line(`import ${image}`);
      const imports = async (line: string): Promise<void> => {
        const imported = /^\s*import\s+(\S+)\s*$/.exec(line)?.[1];
        try {
          if (imported !== undefined) await prepare(imported);
        } catch (error) {
          stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
        }
      };
      const perform = async (line: string, io?: CommandStreams): Promise<boolean> => {
        await imports(line);
        return session.line(line, io);
      };
      if (isTerminal) {
        stdout.write(paint('dim', 'help tells what can be done here; undo takes anything back\n'));
        await runPrompt({ stdin, stdout, complete, prompt: () => session.prompt(), line: perform });
      } else {
        const lines = createInterface({ input: stdin, terminal: false });
        for await (const line of lines) if (!(await perform(line))) break;
        lines.close();
      }
      if (options.record !== undefined) await session.save(options.record);
      if (!isTerminal) setExitCode(session.exitCode);
    });
