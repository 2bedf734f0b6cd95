import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { DEFAULT_ADDRESS, DEFAULT_ROOT } from './serve-command.ts';

interface ContainerdConfigOptions {
  readonly name: string;
  readonly address: string;
  readonly root: string;
  readonly configVersion: '2' | '3';
}

/** A TOML basic string: the escapes of JSON are all TOML's, too. */
const quoted = (text: string): string => JSON.stringify(text);

/**
 * The `proxy_plugins` section of containerd's configuration. Version 2 (containerd 1.6 and 1.7.0) knows type and address
 * and takes fields that it does not know for a mistake worth a warning; version 3 (2.x) also tells CRI where the files
 * are, so that the kubelet can watch their disk, and that commits may be rebased.
 */
export const containerdConfig = ({ name, address, root, configVersion }: ContainerdConfigOptions): string =>
  [
    `[proxy_plugins.${quoted(name)}]`,
    '  type = "snapshot"',
    `  address = ${quoted(resolve(address))}`,
    ...(configVersion === '2'
      ? []
      : [
          '  capabilities = ["rebase"]',
          `  [proxy_plugins.${quoted(name)}.exports]`,
          `    root = ${quoted(resolve(root))}`,
        ]),
    '',
  ].join('\n');

export const configCommand = (): Command =>
  new Command('config').description('print configuration for others').addCommand(
    new Command('containerd')
      .description("print the section that makes containerd use layerscope: append it to containerd's config.toml")
      .option('--name <name>', 'what containerd calls the snapshotter', 'layerscope')
      .option('--address <socket>', 'the socket that layerscope serves on', DEFAULT_ADDRESS)
      .option('--root <directory>', 'where snapshots live', DEFAULT_ROOT)
      .addOption(
        new Option('--config-version <version>', "the `version` at the top of containerd's config.toml")
          .choices(['2', '3'])
          .default('2', '2, which every containerd reads'),
      )
      .action((options: ContainerdConfigOptions) => void process.stdout.write(containerdConfig(options))),
  );
