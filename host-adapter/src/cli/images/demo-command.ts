import { Command } from 'commander';
import { DEMO_IMAGE_NAME, demoImage } from '@layerscope/core/demo';
import { addRunOptions, runAndShow, type RunCommandOptions } from './run-command.ts';

/** One command for each lesson: a copy-up, a whiteout, an opaque directory, a new file. */
const DEMO_SCRIPT = `echo 'hi from the container' >> /etc/motd
chmod 600 /etc/passwd
rm -r /usr/share/doc
mkdir /usr/share/doc && echo 'new here' > /usr/share/doc/NEWS
ls -l /etc`;

/** The main job on an image that needs no file, no network and no root. */
export const demoCommand = (setExitCode: (code: number) => void): Command =>
  addRunOptions(new Command('demo'))
    .description('run a small built-in image, to see what layerscope shows')
    .argument('[command...]', 'what to run instead of the demonstration')
    .action(async (args: string[], options: RunCommandOptions) => {
      const bytes = await demoImage();
      async function* archive(): AsyncGenerator<Uint8Array, void> {
        yield bytes;
      }
      const source = { name: DEMO_IMAGE_NAME, total: bytes.length, open: () => ({ archive: archive() }) };
      const isDemo = args.length === 0;
      if (isDemo && options.json !== true)
        process.stdout.write(
          `This runs in a small built-in image, in memory:\n\n${DEMO_SCRIPT.replaceAll(/^/gm, '  $ ')}\n\n`,
        );
      setExitCode(await runAndShow(source, isDemo ? ['sh', '-c', DEMO_SCRIPT] : args, options));
      if (isDemo && options.json !== true)
        process.stdout.write(
          "\nNow with an image of yours:  npx layerscope run image.tar -- sh -c 'echo hi >> /etc/motd'\n",
        );
    });
