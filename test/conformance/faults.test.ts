/**
 * A full disk and a failing one at every step of every call, on both kernels: the call is refused with the errno in its
 * text, nothing of it is left, and the next call works.
 */
import { fail } from '@layerscope/core/fs';
import type { ErrnoName } from '@layerscope/core/fs';
import { type FaultPlan, type Kernel, withFaults } from '@layerscope/core/kernel';
import type { Snapshotter } from '@layerscope/core/snapshots';
import {
  createBtrfsSnapshotter,
  createNativeSnapshotter,
  createOverlayfsSnapshotter,
} from '@layerscope/core/snapshotters';
import { describe, expect, it } from 'vitest';
import { requires } from '../requirements.ts';
import { onLinux } from './linux-subjects.ts';
import { onSimulatedKernel } from './subjects.ts';

type Make = (ground: { readonly root: string; readonly kernel: Kernel }) => Promise<Snapshotter>;

const DESIGNS: { readonly [name: string]: Make } = {
  overlayfs: createOverlayfsSnapshotter,
  native: createNativeSnapshotter,
  btrfs: createBtrfsSnapshotter,
};

const CALLS: { readonly [name: string]: (snapshotter: Snapshotter) => Promise<unknown> } = {
  'prepare without a parent': (s) => s.prepare('new', ''),
  'prepare on a parent': (s) => s.prepare('new', 'base'),
  'view on a parent': (s) => s.view('new', 'base'),
  commit: (s) => s.commit('new', 'active'),
  remove: (s) => s.remove('active'),
};

const PROBLEMS: { readonly [errno in ErrnoName]?: string } = {
  ENOSPC: 'no space left on device',
  EIO: 'input/output error',
};

const listed = async (snapshotter: Snapshotter): Promise<readonly string[]> => {
  const names: string[] = [];
  await snapshotter.walk(({ name, kind }) => void names.push(`${kind} ${name}`));
  return names;
};

const directories = async ({ disk }: Kernel, root: string): Promise<readonly string[]> => {
  const found: string[] = [];
  for (const holder of await disk.readdir(root)) {
    const path = `${root}/${holder}`;
    for (const name of await disk.readdir(path)) found.push(`${holder}/${name}`);
  }
  return found;
};

type OnKernel = typeof onSimulatedKernel;

const KERNELS: { readonly [name: string]: OnKernel } = {
  'the simulated kernel': onSimulatedKernel,
  ...(requires('root', 'linux') ? { Linux: onLinux } : {}),
};

interface Trial {
  /** The call's error, `''` when it succeeded. */
  readonly problem: string;
  /** Snapshots and directories, before and after. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** What the same call says without the fault. */
  readonly again: string;
}

const attempt = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => '',
    (error: unknown) => String(error),
  );

/** Lets the `step`th change of one call fail; `undefined` when the call has fewer. */
const tryStep = async (
  onKernel: OnKernel,
  make: Make,
  call: string,
  errno: ErrnoName,
  step: number,
): Promise<Trial | undefined> => {
  let plan: FaultPlan | undefined;
  let root = '';
  const { snapshotter, kernel, close } = await onKernel((directory, real) => {
    root = directory;
    return make({ root, kernel: withFaults(real, (one) => plan?.(one)) });
  });
  const state = async (): Promise<readonly string[]> => [
    ...(await listed(snapshotter)),
    ...(await directories(kernel, root)),
  ];
  try {
    await snapshotter.prepare('layer', '');
    await snapshotter.commit('base', 'layer');
    await snapshotter.prepare('active', 'base');
    const before = await state();
    let number = 0;
    plan = () => {
      number += 1;
      if (number === step) fail(errno);
    };
    const problem = await attempt(CALLS[call]!(snapshotter));
    const isPast = number < step;
    plan = undefined;
    const after = await state();
    return isPast ? undefined : { problem, before, after, again: await attempt(CALLS[call]!(snapshotter)) };
  } finally {
    await close();
  }
};

const CASES = Object.keys(CALLS).flatMap((call) =>
  Object.keys(PROBLEMS).map((errno) => [call, errno as ErrnoName] as const),
);

describe.each(Object.keys(KERNELS))('on %s', (kernelName) => {
  // A real btrfs has tests of its own.
  const designs = Object.keys(DESIGNS).filter((design) => design !== 'btrfs' || kernelName !== 'Linux');
  describe.each(designs)('%s', (design) => {
    it.each(CASES)('%s: %s at every step', async (call, errno) => {
      const trials: Trial[] = [];
      for (;;) {
        const trial = await tryStep(KERNELS[kernelName]!, DESIGNS[design]!, call, errno, trials.length + 1);
        if (trial === undefined) break;
        trials.push(trial);
      }
      const refused = trials.filter(({ problem }) => problem !== '');
      for (const { problem, before, after, again } of refused) {
        expect(problem).toContain(PROBLEMS[errno]);
        expect(after).toEqual(before);
        expect(again).toBe('');
      }
      // Bytes that are removed after the transaction are not the caller's: they stay as an orphan.
      const done = trials.length - refused.length;
      expect(done).toBeLessThanOrEqual(['commit', 'remove'].includes(call) ? 1 : 0);
    });
  });
});
