import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { Design, Repaired } from '../../recovery/index.ts';
import { metadataFile } from './metadata-command.ts';
import { renderDiagnosis } from '../render/doctor.ts';
import { DEFAULT_ROOT } from './serve-command.ts';

/** As `DESIGNS` of recovery, which is loaded when something is to be looked at. */
const NAMES: readonly Design[] = ['overlayfs', 'native', 'btrfs'];

interface DoctorOptions {
  readonly root: string;
  readonly snapshotter?: Design;
  readonly fix?: boolean;
  readonly json?: boolean;
}

/** Exit code 1 when something is wrong and was not repaired. */
export const doctorCommand = (setExitCode: (code: number) => void): Command =>
  new Command('doctor')
    .description('say which directory belongs to which snapshot, what is wrong, and repair it')
    .option('--root <directory>', 'the root of the snapshotter', DEFAULT_ROOT)
    .addOption(new Option('--snapshotter <name>', 'whose root it is, where the root does not say it').choices(NAMES))
    .option('--fix', 'repair what can be repaired without losing anything; the service must not run meanwhile')
    .option('--json', 'print one JSON document instead of text')
    .action(async ({ root: path, snapshotter, fix = false, json = false }: DoctorOptions) => {
      const root = resolve(path);
      const { createLinuxKernel } = await import('../../kernel/index.ts');
      const { openMetaStore } = await import('../../metadata/index.ts');
      const { recordedDesign, repair, requireDesign, survey } = await import('../../recovery/index.ts');
      const store = await openMetaStore(metadataFile(root), { readOnly: !fix });
      try {
        const design = snapshotter ?? store.read(recordedDesign) ?? 'overlayfs';
        requireDesign(root, design, store);
        const ground = { root, design, kernel: createLinuxKernel(), store };
        const { snapshots, findings } = await survey(ground, { measure: true });
        const repaired: readonly Repaired[] | undefined = fix ? await repair(ground, findings) : undefined;
        const diagnosis = { root, design, snapshots, findings, repaired };
        process.stdout.write(json ? `${JSON.stringify(diagnosis, null, 2)}\n` : renderDiagnosis(diagnosis));
        const mended = repaired?.filter(({ failure }) => failure === undefined).length ?? 0;
        if (mended < findings.length) setExitCode(1);
      } finally {
        await store.close();
      }
    });
