import { Command, Option } from 'commander';
import { withFile } from './with-file.ts';
import { KERNELS, LOG_FORMATS, LOG_LEVELS, type ServeOptions } from '../serve/options.ts';

export const DEFAULT_ADDRESS = '/run/layerscope/layerscope.sock';
export const DEFAULT_ROOT = '/var/lib/layerscope';

/** Where containerd listens unless it is told otherwise. */
const CONTAINERD = '/run/containerd/containerd.sock';

interface ServeFlags extends Omit<ServeOptions, 'diff'> {
  readonly config?: string;
  readonly mountOption?: readonly string[];
  readonly diff?: string | true;
}

export const serveCommand = (): Command =>
  new Command('serve')
    .description('serve a snapshotter to containerd on a unix socket')
    .option(
      '--config <file>',
      'options as TOML, under the names containerd has for them; the command line goes before it',
    )
    .option(
      '--snapshotter <name>',
      'overlayfs, native, btrfs, or a .ts or .js file that exports createSnapshotter',
      'overlayfs',
    )
    .option('--root <directory>', 'where snapshots and metadata live', DEFAULT_ROOT)
    .option('--address <socket>', 'the socket to serve on', DEFAULT_ADDRESS)
    .addOption(
      new Option('--kernel <name>', 'real directories and mounts, or a machine in memory')
        .choices(KERNELS)
        .default('linux'),
    )
    .option('--no-check', 'serve a file even if it does not pass the conformance suite')
    .option(
      '--diff [containerd]',
      `also apply and compare layers, in the content store of the containerd at this socket (${CONTAINERD})`,
    )
    .option('--metrics <host:port>', 'answer Prometheus at http://host:port/metrics')
    .addOption(
      new Option('--log <format>', 'how log lines look')
        .choices(LOG_FORMATS)
        .default(process.stderr.isTTY ? 'pretty' : 'json', 'pretty on a terminal, json elsewhere'),
    )
    .addOption(
      new Option('--log-level <level>', 'info: a line for every call; error: for those that found a fault')
        .choices(LOG_LEVELS)
        .default('info'),
    )
    .option('--upperdir-label', "overlayfs: tell a snapshot's upper directory in a label")
    .option('--sync-remove', 'overlayfs: free disk space in Remove instead of in Cleanup')
    .option('--remap-ids', 'overlayfs: id-mapped mounts for containers with user namespaces')
    .option('--slow-chown', 'overlayfs: serve without id-mapped mounts where there are none; containerd chowns copies')
    .option('--mount-option <option...>', 'overlayfs: appended to the options of every overlay mount')
    .action(async (_flags: object, command: Command) => {
      const { mountOption, diff, ...options } = withFile<ServeFlags>(command);
      const { serve } = await import('../serve/serve.ts');
      await serve({
        ...options,
        ...(mountOption === undefined ? {} : { mountOptions: mountOption }),
        ...(diff === undefined ? {} : { diff: diff === true ? CONTAINERD : diff }),
      });
    });
