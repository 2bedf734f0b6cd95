import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { capabilitiesOf, type FileOptions } from '../serve/options-file.ts';
import { withFile } from './with-file.ts';
import { DEFAULT_ADDRESS, DEFAULT_ROOT } from './serve-command.ts';

interface ContainerdConfigOptions {
  readonly name: string;
  readonly address: string;
  readonly root: string;
  readonly configVersion: '2' | '3';
  readonly capability?: readonly string[];
  /** Layers are applied by us, too (`serve --diff`). */
  readonly diff?: boolean;
}

/** The options of the command; a file says more, and where containerd's socket is instead of that there is a differ. */
interface ContainerdFlags
  extends Omit<ContainerdConfigOptions, 'diff'>, Omit<FileOptions, 'name' | 'address' | 'root'> {
  readonly config?: string;
}

/** A TOML basic string: the escapes of JSON are all TOML's, too. */
const quoted = (text: string): string => JSON.stringify(text);

/** Node's names of processors as OCI writes them, where they differ. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le' };

/**
 * Whom the transfer service of 2.x (`ctr images pull`, `import`) unpacks for: only the snapshotters that are listed, and
 * a list replaces the default, so containerd's own is named again.
 */
const unpacking = (name: string, architecture: string, differ: string | undefined): readonly string[] =>
  [name, 'overlayfs'].flatMap((snapshotter) => [
    '[[plugins."io.containerd.transfer.v1.local".unpack_config]]',
    `  platform = ${quoted(`linux/${ARCHITECTURES[architecture] ?? architecture}`)}`,
    `  snapshotter = ${quoted(snapshotter)}`,
    ...(differ === undefined || snapshotter !== name ? [] : [`  differ = ${quoted(differ)}`]),
  ]);

/** Clients and CRI ask the differs in order; containerd's own does what ours does not. */
const differing = (differ: string, address: string): readonly string[] => [
  `[proxy_plugins.${quoted(differ)}]`,
  '  type = "diff"',
  `  address = ${quoted(resolve(address))}`,
  '[plugins."io.containerd.service.v1.diff-service"]',
  `  default = [${quoted(differ)}, "walking"]`,
];

/**
 * The `proxy_plugins` section of containerd's configuration. Version 2 (containerd 1.6 and 1.7.0) knows type and address;
 * version 3 (2.x) also takes where the files are, so that CRI can watch their disk, what the snapshotter can do, and that
 * images are unpacked for it.
 */
export const containerdConfig = (options: ContainerdConfigOptions, architecture: string = process.arch): string => {
  const { name, address, root, configVersion, capability = [], diff = false } = options;
  const section = `proxy_plugins.${quoted(name)}`;
  const lines = [`[${section}]`, '  type = "snapshot"', `  address = ${quoted(resolve(address))}`];
  if (configVersion === '3') {
    if (capability.length > 0) lines.push(`  capabilities = [${capability.map(quoted).join(', ')}]`);
    lines.push(`  [${section}.exports]`, `    root = ${quoted(resolve(root))}`);
    const differ = diff ? `${name}-diff` : undefined;
    if (differ !== undefined) lines.push(...differing(differ, address));
    lines.push(...unpacking(name, architecture, differ));
  }
  return `${lines.join('\n')}\n`;
};

/** Whether id-mapped mounts are to be had under `root`; believed where nobody can look (no root there yet, or not root). */
const hasIdMaps = async (root: string): Promise<boolean> => {
  if (process.platform !== 'linux' || process.geteuid?.() !== 0 || !existsSync(root)) return true;
  const { probeOverlay } = await import('../../kernel/index.ts');
  return probeOverlay(root).idMappedLayers;
};

export const configCommand = (): Command =>
  new Command('config').description('print configuration for others').addCommand(
    new Command('containerd')
      .description("print the section that makes containerd use layerscope: append it to containerd's config.toml")
      .option('--config <file>', 'the file of options that `layerscope serve --config` reads')
      .option('--name <name>', 'what containerd calls the snapshotter', 'layerscope')
      .option('--address <socket>', 'the socket that layerscope serves on', DEFAULT_ADDRESS)
      .option('--root <directory>', 'where snapshots live', DEFAULT_ROOT)
      .addOption(
        new Option('--config-version <version>', "the `version` at the top of containerd's config.toml")
          .choices(['2', '3'])
          .default('2', '2, which every containerd reads'),
      )
      .addOption(
        new Option(
          '--capability <name...>',
          'version 3: what containerd may ask of it; overlayfs can do all of them',
        ).choices(['rebase', 'remap-ids', 'only-remap-ids']),
      )
      .option('--remap-ids', 'version 3: what `serve --remap-ids` can do')
      .option(
        '--slow-chown',
        'version 3: where id-mapped mounts are not to be had, containerd may chown a copy of every file',
      )
      .option('--diff', 'version 3: let it apply and compare layers, too, as `serve --diff` does')
      .action(async (_flags: object, command: Command) => {
        const { capability, diff, ...options } = withFile<ContainerdFlags>(command);
        const asked = options.config !== undefined || options.remapIds === true || options.slowChown === true;
        const idMaps = options.remapIds !== true || (await hasIdMaps(options.root));
        const capabilities = capability ?? (asked ? capabilitiesOf(options, idMaps) : []);
        process.stdout.write(containerdConfig({ ...options, capability: capabilities, diff: diff !== undefined }));
      }),
  );
