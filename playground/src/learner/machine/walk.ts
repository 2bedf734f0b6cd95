/** A layer and a container, one call after another, with everything each call caused: what a learner steps through. */
import { O_CREAT, O_WRONLY, S_IFDIR, S_IFMT, compareNames, encodeName } from '@layerscope/core/fs';
import type { Kernel, SimulatedKernel } from '@layerscope/core/kernel';
import { createMemoryMetaStore, type Snapshotter } from '@layerscope/core/snapshots';
import type { KernelCall, SnapshotLine, WalkStep } from '../job.ts';
import { ROOT, SCRATCH, createGround } from './ground.ts';
import type { LearnerSource } from './read-module.ts';
import { mountLine, watchedKernel } from './watched-kernel.ts';

/** Lines of the listing; a snapshotter that fills the disk is not shown whole. */
const SHOWN_FILES = 60;

const filesBelow = async (machine: Kernel, root: string): Promise<readonly string[]> => {
  const lines: string[] = [];
  const list = async (path: string): Promise<void> => {
    for (const name of (await machine.disk.readdir(path)).toSorted(compareNames)) {
      if (lines.length >= SHOWN_FILES) return;
      const below = `${path}/${name}`;
      const isDirectory = (((await machine.disk.lstat(below))?.mode ?? 0) & S_IFMT) === S_IFDIR;
      lines.push(`${below.slice(root.length + 1)}${isDirectory ? '/' : ''}`);
      if (isDirectory) await list(below);
    }
  };
  await list(root);
  return lines;
};

const snapshotsOf = async (snapshotter: Snapshotter): Promise<readonly SnapshotLine[]> => {
  const found: SnapshotLine[] = [];
  try {
    await snapshotter.walk(({ name, kind, parent }) => void found.push({ name, kind, parent }));
  } catch {
    // An empty store refuses a walk (containerd's does); a broken one is shown by the step itself.
  }
  return found;
};

const use = (machine: SimulatedKernel, body: (process: ReturnType<SimulatedKernel['spawn']>) => void): void => {
  const process = machine.spawn({ root: `${SCRATCH}/rootfs` });
  try {
    body(process);
  } finally {
    process.exit();
  }
};

const writeFile = (machine: SimulatedKernel, path: string, text: string): void =>
  use(machine, (process) => {
    const fd = process.open(path, O_WRONLY | O_CREAT, 0o644);
    process.write(fd, encodeName(text));
    process.close(fd);
  });

/** Ends after the first step that fails. Throws `LearnerProblem` when there is no snapshotter at all. */
export const walk = async (source: LearnerSource): Promise<readonly WalkStep[]> => {
  const machine = await createGround();
  let calls: KernelCall[] = [];
  const kernel = watchedKernel(machine, (call) => calls.push(call));
  const snapshotter = await source.create({ root: ROOT, kernel, store: createMemoryMetaStore() });
  await machine.disk.mkdir(`${SCRATCH}/rootfs`, 0o755);
  const steps: WalkStep[] = [];

  /** Answers whether the walk can go on. */
  const step = async (call: string, body: () => Promise<readonly string[]>): Promise<boolean> => {
    let answer: readonly string[] = [];
    let error: string | undefined;
    try {
      answer = await body();
    } catch (thrown) {
      error = thrown instanceof Error ? thrown.message : String(thrown);
    }
    const made = calls;
    const snapshots = await snapshotsOf(snapshotter);
    const files = await filesBelow(machine, ROOT);
    calls = [];
    steps.push({ call, answer, kernel: made, snapshots, files, ...(error === undefined ? {} : { error }) });
    return error === undefined;
  };

  const begin = calls;
  calls = [];
  steps.push({
    call: 'createSnapshotter()',
    answer: [],
    kernel: begin,
    snapshots: [],
    files: await filesBelow(machine, ROOT),
  });
  const prepare = (key: string, parent: string): Promise<boolean> =>
    step(`prepare('${key}', '${parent}')`, async () => (await snapshotter.prepare(key, parent)).map(mountLine));
  const mount = (key: string): Promise<boolean> =>
    step(`mount(mounts('${key}'))`, async () => {
      await kernel.mount(await snapshotter.mounts(key), `${SCRATCH}/rootfs`);
      return [];
    });
  const unmount = (): Promise<boolean> =>
    step('unmount', async () => {
      await kernel.unmount(`${SCRATCH}/rootfs`);
      return [];
    });
  const write = (path: string, text: string): Promise<boolean> =>
    step(`echo ${text} > ${path}`, async () => {
      writeFile(machine, path, `${text}\n`);
      return [];
    });
  const usage = (key: string): Promise<boolean> =>
    step(`usage('${key}')`, async () => {
      const { inodes, size } = await snapshotter.usage(key);
      return [`inodes ${inodes}, size ${size}`];
    });
  const done = async (call: string, body: () => Promise<void>): Promise<boolean> =>
    step(call, async () => {
      await body();
      return [];
    });

  const story: readonly (() => Promise<boolean>)[] = [
    () => prepare('extract', ''),
    () => mount('extract'),
    () => write('/hello', 'from-the-layer'),
    unmount,
    () => done(`commit('base', 'extract')`, () => snapshotter.commit('base', 'extract')),
    () => prepare('box', 'base'),
    () => mount('box'),
    () => write('/hello', 'from-the-container'),
    () => write('/new', 'file'),
    () => usage('box'),
    unmount,
    () => done(`remove('box')`, () => snapshotter.remove('box')),
    () => done('cleanup()', async () => snapshotter.cleanup?.()),
    () => done(`remove('base')`, () => snapshotter.remove('base')),
  ];
  for (const next of story) if (!(await next())) break;
  return steps;
};
