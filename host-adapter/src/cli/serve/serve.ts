/** A snapshotter behind a socket, from start to the last call. */
import { resolve } from 'node:path';
import { formatReport } from '@layerscope/core/conformance';
import type { MetaStore } from '@layerscope/core/snapshots';
import { nodeCodecs } from '../../codecs/index.ts';
import { TEMPORARY_MOUNTS } from '../../recovery/index.ts';
import {
  ServeError,
  claimSocket,
  connectContentStore,
  createDiffer,
  createLog,
  createMetrics,
  logCall,
  notifyServiceManager,
  serveMetrics,
  serveSnapshots,
  untilStopRequested,
  type DiffGround,
  type Logger,
} from '../../service/index.ts';
import { conformanceOf } from './conformance.ts';
import { openMachine, type Machine } from './machine.ts';
import type { ServeOptions } from './options.ts';
import { snapshotterSource, type SnapshotterSource } from './snapshotter-source.ts';

/** How long calls under way may take after a signal; systemd's own patience is 90 s. */
const DRAIN_SECONDS = 20;

const checked = async (source: SnapshotterSource): Promise<void> => {
  const report = await conformanceOf(source, 'simulated');
  if (report.broken === 0) return;
  throw new ServeError(
    `${source.name} does not keep the snapshotter contract\n${formatReport(report)}`,
    'Mend it, or serve it as it is with --no-check.',
  );
};

/** What is wrong with the root is told, never a reason not to start: containers run on what is there. */
const recover = async (
  log: Logger,
  machine: Machine,
  { traits: { design } }: SnapshotterSource,
  root: string,
  store: MetaStore,
): Promise<void> => {
  if (machine.recover === undefined || design === undefined) return;
  const { repaired, left } = await machine.recover(root, design, store);
  for (const { finding, failure } of repaired) {
    log.warn(
      { path: finding.path, repair: finding.repair, ...(failure === undefined ? {} : { failure }) },
      finding.text,
    );
  }
  for (const { path, text } of left) log.warn({ path }, text);
};

/**
 * Who asked for id-mapped mounts and cannot have them is told at the start: containers would find files of the wrong
 * owners. containerd has another way, to chown a copy of every file, which must be allowed.
 */
const withoutIdMaps = (log: Logger, root: string, { remapIds, slowChown }: ServeOptions): void => {
  if (remapIds !== true) return;
  const problem = `this kernel has no id-mapped mounts on the file system of ${root}`;
  if (slowChown !== true) {
    const advice = 'Move the root, or serve it with --slow-chown: containerd then chowns a copy of every file.';
    throw new ServeError(problem, `${advice} Print containerd's configuration again with the same options.`);
  }
  log.warn({ root }, `${problem}: containerd chowns copies`);
};

/** The service that applies and compares layers, in the content store of a containerd. */
const differOf = (machine: Machine, root: string, containerd: string): DiffGround => {
  const { kernel, syncFileSystem } = machine;
  const temporaryMounts = `${root}/${TEMPORARY_MOUNTS}`;
  return {
    content: connectContentStore(containerd),
    differ: createDiffer({
      kernel,
      codecs: nodeCodecs,
      temporaryMounts,
      ...(syncFileSystem === undefined ? {} : { syncFileSystem }),
    }),
  };
};

const makeRoot = async ({ kernel: { disk } }: Machine, root: string): Promise<void> => {
  try {
    await disk.mkdir(root, 0o700);
  } catch (error) {
    const advice = 'Pass --root a directory on a disk that can be written.';
    throw new ServeError(`the root ${root} cannot be made: ${(error as Error).message}`, advice);
  }
};

/** What the disk says against metadata names no root, and nothing to do. */
const openStore = async (machine: Machine, root: string): Promise<MetaStore> => {
  try {
    return await machine.openStore(root);
  } catch (error) {
    if (!(error instanceof Error) || 'advice' in error || !('errno' in error)) throw error;
    const advice = 'Pass --root a directory on a disk that can be written and has room: metadata takes some 3 MiB.';
    throw new ServeError(`metadata cannot be kept in ${root}: ${error.message}`, advice);
  }
};

/** Serves until it is told to end; resolves when everything is written and closed. */
export const serve = async (options: ServeOptions): Promise<void> => {
  for (const name of ['root', 'address'] as const) {
    if (options[name] === '') throw new ServeError(`--${name} is empty`, 'Pass a path, or leave the option out.');
  }
  const address = resolve(options.address);
  const root = options.kernel === 'linux' ? resolve(options.root) : options.root;
  const log = createLog({ format: options.log, level: options.logLevel, output: process.stderr });
  const metrics = options.metrics === undefined ? undefined : createMetrics();

  const source = await snapshotterSource(options.snapshotter, options);
  if (source.isFile && options.check) await checked(source);
  const machine = await openMachine(options.kernel);
  await claimSocket(address);
  await makeRoot(machine, root);
  const store = await openStore(machine, root);
  await recover(log, machine, source, root, store);
  const kernel = metrics?.metered(machine.kernel) ?? machine.kernel;
  const overlay =
    source.traits.design === 'overlayfs' ? machine.probeOverlay?.(root, options.mountOptions ?? []) : undefined;
  if (overlay?.idMaps === false) withoutIdMaps(log, root, options);
  const snapshotter = await source.create({ root, kernel, store, ...(overlay === undefined ? {} : { overlay }) });
  metrics?.watch({ snapshotter, countMounts: () => machine.countMounts(root) });
  const diff = options.diff === undefined ? undefined : differOf(machine, root, resolve(options.diff));
  const stopRequested = untilStopRequested();
  // Before containerd is answered: an address that cannot be had is told while there is nothing to take back.
  const metricsServer =
    metrics === undefined || options.metrics === undefined ? undefined : await serveMetrics(metrics, options.metrics);
  const server = await serveSnapshots({
    snapshotter,
    address,
    ...(diff === undefined ? {} : { diff }),
    onCall: (record) => {
      metrics?.observeCall(record);
      logCall(log, record);
    },
  }).catch(async (error: unknown) => {
    await metricsServer?.close();
    throw error;
  });
  log.info(
    {
      snapshotter: source.name,
      kernel: options.kernel,
      root,
      address,
      ...(options.diff === undefined ? {} : { diff: options.diff }),
      ...(metricsServer === undefined ? {} : { metrics: `http://${metricsServer.address}/metrics` }),
    },
    'serving',
  );
  await notifyServiceManager('READY=1');

  const reason = await stopRequested;
  log.info({ reason }, 'draining');
  await notifyServiceManager('STOPPING=1');
  await server.drain(DRAIN_SECONDS);
  diff?.content.close();
  await metricsServer?.close();
  await snapshotter.close();
  log.info('stopped');
};
