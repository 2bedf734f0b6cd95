import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runSuite, snapshotterSuite, type Report, type SnapshotterSubject } from '@layerscope/core/conformance';
import { openMachine } from './machine.ts';
import type { KernelName } from './options.ts';
import type { SnapshotterSource } from './snapshotter-source.ts';

const onSimulated = async (source: SnapshotterSource): Promise<SnapshotterSubject> => {
  const { kernel, openStore } = await openMachine('simulated');
  const [root, scratch] = ['/var/lib/snapshotter', '/scratch'];
  await kernel.disk.mkdir(root, 0o700);
  await kernel.disk.mkdir(scratch, 0o755);
  const snapshotter = await source.create({ root, kernel, store: await openStore(root) });
  return { snapshotter, kernel, scratch, close: () => snapshotter.close() };
};

const onLinux = async (source: SnapshotterSource): Promise<SnapshotterSubject> => {
  const { kernel, openStore } = await openMachine('linux');
  const folder = await mkdtemp(join(tmpdir(), 'layerscope-check-'));
  const [root, scratch] = [join(folder, 'root'), join(folder, 'scratch')];
  try {
    await kernel.disk.mkdir(root, 0o700);
    await kernel.disk.mkdir(scratch, 0o755);
    const snapshotter = await source.create({ root, kernel, store: await openStore(root) });
    return {
      snapshotter,
      kernel,
      scratch,
      close: async () => {
        await snapshotter.close();
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
};

/** Runs the conformance suite, with a fresh snapshotter on an empty root for each law. */
export const conformanceOf = (source: SnapshotterSource, kernel: KernelName): Promise<Report> =>
  runSuite(
    snapshotterSuite(source.name, () => (kernel === 'linux' ? onLinux(source) : onSimulated(source)), source.traits),
  );
