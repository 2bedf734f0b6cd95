import { buildLayers } from './build-layers.ts';
import { execute, type Run } from './execute.ts';
import { KernelMachine } from './kernel-machine.ts';
import { type Machine, MERGED, UPPER, WORK } from './machine.ts';
import { describeTree, describeWork, Numbers, outcome } from './observe.ts';
import type { Operation, Scene } from './scene.ts';
import { SimulatedMachine } from './simulated-machine.ts';

/** The first thing in which the machines differ. */
export interface Divergence {
  /** The operation's number, or what was compared after the last one. */
  readonly where:
    | number
    | 'mount'
    | 'remount'
    | 'merged'
    | 'upper'
    | 'work'
    | 'merged after remount'
    | 'upper after remount';
  readonly operation?: Operation;
  readonly kernel: string;
  readonly simulated: string;
}

/** What came of a scene. */
export interface Comparison {
  readonly divergence: Divergence | undefined;
  /** How many operations were done on both. */
  readonly operations: number;
  /** Why it ended before the last comparison, when it did not end in a divergence. */
  readonly endedBy: 'a mount that both refuse' | 'an answer that depends on caches' | undefined;
}

/** How long to wait before each further try, in milliseconds: a shortage of memory outlasts the first of them. */
const TRIES = [0, 20, 100, 500, 2000];

/**
 * Plays a scene, and again when it diverges: what is not seen each time came from outside, as when the kernel was short
 * of memory, or told to drop its caches, and forgot inodes. (With nfs_export the link count of a file tells that: after
 * it was forgotten, Linux counts its index entry as well.)
 */
export const playUntilSure = (scene: Scene): Comparison & { readonly vanished: boolean } => {
  const first = playScene(scene);
  let last = first;
  for (const wait of TRIES) {
    if (last.divergence === undefined) break;
    pause(wait);
    last = playScene(scene);
  }
  return { ...last, vanished: last !== first && last.divergence === undefined };
};

const pause = (milliseconds: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
};

type Other = (scene: Scene) => Machine;

/** Plays a scene on both machines. The second is the simulation, or another that is held to the kernel. */
export const compareScene = (scene: Scene, other?: Other): Divergence | undefined => playScene(scene, other).divergence;

export const playScene = (scene: Scene, other: Other = (it) => new SimulatedMachine(it)): Comparison => {
  const kernel = new KernelMachine(scene);
  const simulated = other(scene);
  try {
    const runs = [startRun(kernel, scene), startRun(simulated, scene)] as const;
    return mountBoth(runs, scene, 'mount', 0, () => play(scene, ...runs));
  } finally {
    simulated.close();
    kernel.close();
  }
};

const startRun = (machine: Machine, scene: Scene): Run => {
  buildLayers(machine, scene);
  return { machine, slots: new Map(), numbers: new Numbers() };
};

/** Goes on only where both could be mounted. */
const mountBoth = (
  runs: readonly [Run, Run],
  scene: Scene,
  where: 'mount' | 'remount',
  operations: number,
  goOn: () => Comparison,
): Comparison => {
  const [kernel = '', simulated = ''] = runs.map(({ machine }) =>
    outcome(() => {
      machine.mountOverlay(scene);
      return 'mounted';
    }),
  );
  if (kernel !== simulated) return { divergence: { where, kernel, simulated }, operations, endedBy: undefined };
  return kernel === 'mounted' ? goOn() : { divergence: undefined, operations, endedBy: 'a mount that both refuse' };
};

const play = (scene: Scene, kernel: Run, simulated: Run): Comparison => {
  const operations = scene.operations.length;
  const both = [kernel, simulated] as const;
  try {
    for (const [where, operation] of scene.operations.entries()) {
      const real = execute(kernel, operation);
      const ours = execute(simulated, operation);
      if (real !== ours && dependsOnCaches(operation, real)) {
        return { divergence: undefined, operations: where, endedBy: 'an answer that depends on caches' };
      }
      if (real !== ours) {
        const divergence = { where, operation, kernel: real, simulated: ours };
        return { divergence, operations: where + 1, endedBy: undefined };
      }
    }
  } finally {
    // A directory that is held open keeps Linux's listing of it alive, with entry numbers from before a copy-up.
    for (const run of both) closeSlots(run);
  }
  const before = compareTrees(both, scene, '');
  if (before !== undefined) return { divergence: before, operations, endedBy: undefined };
  for (const { machine } of both) machine.unmountOverlay();
  return mountBoth(both, scene, 'remount', operations, () => ({
    divergence: compareTrees(both, scene, ' after remount'),
    operations,
    endedBy: undefined,
  }));
};

/**
 * What Linux then says depends on what it has cached: two directories over one lower directory (ESTALE), and a listing
 * with several entries that cannot be looked up, where the second getdents meets the second of them. Where both say it,
 * the sequence goes on.
 */
const dependsOnCaches = ({ call }: Operation, answer: string): boolean =>
  answer === 'ESTALE' || ((call === 'readdir' || call === 'fdents') && /^E(INVAL|PERM|IO)$/.test(answer));

const closeSlots = (run: Run): void => {
  for (const fd of run.slots.values()) run.machine.calls.close(fd);
  run.slots.clear();
};

const compareTrees = (
  both: readonly [Run, Run],
  { separateFs, xino }: Scene,
  when: '' | ' after remount',
): Divergence | undefined => {
  const merged = differing(both, `merged${when}`, ({ machine }) =>
    describeTree(machine.calls, machine.base + MERGED, !separateFs || xino !== 'off'),
  );
  if (merged !== undefined) return merged;
  const upper = differing(both, `upper${when}`, ({ machine }) =>
    describeTree(machine.calls, machine.base + UPPER, false),
  );
  if (upper !== undefined || when !== '') return upper;
  return differing(both, 'work', ({ machine }) => describeWork(machine.calls, machine.base + WORK));
};

const differing = (
  [kernel, simulated]: readonly [Run, Run],
  where: Divergence['where'],
  describe: (run: Run) => readonly string[],
): Divergence | undefined => {
  const real = describe(kernel);
  const ours = describe(simulated);
  if (real.join('\n') === ours.join('\n') || real.some((line) => /(ESTALE|\* E(INVAL|PERM|IO))$/.test(line)))
    return undefined;
  return { where, kernel: linesOnlyIn(real, ours), simulated: linesOnlyIn(ours, real) };
};

const linesOnlyIn = (lines: readonly string[], others: readonly string[]): string =>
  lines.filter((line) => !others.includes(line)).join('\n');
