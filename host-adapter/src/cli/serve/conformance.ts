import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runSuite, snapshotterSuite, type Report, type SnapshotterSubject } from '@layerscope/core/conformance';
import { ServeError } from '../../service/index.ts';
import { thrownBy } from './import-module.ts';
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

/** What cannot even be made would break every law for the same reason: that is told once. */
const tried = async (source: SnapshotterSource, make: () => Promise<SnapshotterSubject>): Promise<void> => {
  try {
    await (await make()).close();
  } catch (error) {
    if (!source.isFile || error instanceof ServeError) throw error;
    throw new ServeError(`createSnapshotter of ${source.name} fails:\n${thrownBy(error)}`, 'Mend it and start again.');
  }
};

/**
 * Runs the conformance suite, with a fresh snapshotter on an empty root for each law. Throws `ServeError` when a user's
 * file makes no snapshotter at all.
 */
export const conformanceOf = async (source: SnapshotterSource, kernel: KernelName): Promise<Report> => {
  const make = (): Promise<SnapshotterSubject> => (kernel === 'linux' ? onLinux(source) : onSimulated(source));
  await tried(source, make);
  return runSuite(snapshotterSuite(source.name, make, source.traits));
};
