import { Command, Option } from 'commander';
import { KERNELS, type KernelName } from '../serve/options.ts';

export const checkCommand = (setExitCode: (code: number) => void): Command =>
  new Command('check')
    .description('run the conformance suite on a snapshotter of yours')
    .argument('<file>', 'a .ts or .js file that exports createSnapshotter; also overlayfs or native')
    .addOption(new Option('--kernel <name>', 'what to run it on').choices(KERNELS).default('simulated'))
    .action(async (file: string, { kernel }: { kernel: KernelName }) => {
      const [{ conformanceOf }, { snapshotterSource }, { formatReport }] = await Promise.all([
        import('../serve/conformance.ts'),
        import('../serve/snapshotter-source.ts'),
        import('@layerscope/core/conformance'),
      ]);
      const report = await conformanceOf(await snapshotterSource(file), kernel);
      process.stdout.write(`${formatReport(report)}\n`);
      setExitCode(report.broken === 0 ? 0 : 1);
    });
