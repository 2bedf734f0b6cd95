import { Command, InvalidArgumentError } from 'commander';
import { createSandbox } from '@layerscope/core/sandbox';
import { inspectImage, mergedTree, parsePlatform } from '@layerscope/core/images';
import { nodeCodecs } from '../../codecs/index.ts';
import { openImage } from './image-source.ts';
import { createProgress } from './progress.ts';
import { inspectReport, renderInspect, renderTree } from '../render/inspect.ts';

interface InspectOptions {
  readonly platform?: string;
  readonly image?: string;
  readonly layer?: number;
  readonly merged?: boolean | number;
  readonly json?: boolean;
}

const layerNumber = (text: string): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('layers are counted from 1, the lowest.');
  return number;
};

/** Looks into an image without running it. */
export const inspectCommand = (): Command =>
  new Command('inspect')
    .description('show the layers of an image, what each holds and hides, and what is stored in vain')
    .argument('<image>', 'docker or OCI archive (tar, also gzip or zstd), or OCI layout directory')
    .option('--layer <number>', 'the tree of this layer alone, counted from 1, the lowest', layerNumber)
    .option('--merged [number]', 'the tree that is seen from this layer down (the top when absent)', layerNumber)
    .option('--platform <os/arch[/variant]>', 'which platform of a multi-platform image')
    .option('--image <name>', 'which image of an archive that holds several')
    .option('--json', 'print one JSON document instead of text')
    .action(async (path: string, options: InspectOptions, command: Command) => {
      const { name, total, open } = await openImage(path);
      const progress = createProgress(process.stderr);
      const sandbox = await createSandbox({ codecs: nodeCodecs });
      const inspect = async (): Promise<string> => {
        const image = await sandbox.importImage(
          open((bytes) => progress.update(`reading ${name}`, bytes, total)),
          {
            name,
            ...(options.image === undefined ? {} : { reference: options.image }),
            ...(options.platform === undefined ? {} : { platform: parsePlatform(options.platform) }),
          },
        );
        const inspected = await inspectImage(sandbox.content, image);
        const number = typeof options.merged === 'number' ? options.merged : (options.layer ?? image.layers.length);
        const layer = inspected.layers[number - 1];
        if (layer === undefined && image.layers.length > 0)
          command.error(`error: there is no layer ${number}: the image has ${image.layers.length}.`);
        if (options.json === true) return `${JSON.stringify(inspectReport(image, inspected), null, 2)}\n`;
        if (options.merged !== undefined) return renderTree(mergedTree(inspected, number - 1));
        if (options.layer !== undefined) return renderTree(layer?.entries ?? []);
        return renderInspect(image, inspected);
      };
      try {
        process.stdout.write(await inspect());
      } finally {
        progress.end();
      }
    });
