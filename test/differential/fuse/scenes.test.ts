/**
 * `layerscope overlay` against Linux's overlay, both mounted: random layers and operations, then the trees and what
 * stands in upper. The same scenes as for the simulation, without those of several file systems: a FUSE mount has one
 * st_dev.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FS_PROTECTION_FL } from '@layerscope/core/fs';
import { requires } from '../../requirements.ts';
import { generateScene } from '../overlay/generate.ts';
import type { Divergence } from '../overlay/compare.ts';
import type { Scene } from '../overlay/scene.ts';
import { type BuiltPrograms, buildPrograms } from './built-program.ts';
import type { SceneServer } from './fuse-machine.ts';

const OPERATIONS = Number(process.env['LAYERSCOPE_FUZZ_OPS'] ?? 10_000);
const FIRST_SEED = Number(process.env['LAYERSCOPE_FUZZ_SEED'] ?? 1);
const SEQUENCE = 100;

describe.skipIf(!requires('root', 'overlay-mount', 'fuse'))('a mounted overlay of ours and one of Linux', () => {
  let programs: BuiltPrograms | undefined;
  let server: SceneServer | undefined;

  beforeAll(async () => {
    programs = await buildPrograms();
    const { SceneServer } = await import('./fuse-machine.ts');
    server = new SceneServer(programs.sceneServer);
  });

  afterAll(async () => {
    (await import('../overlay/kernel-machine.ts')).closeKernelMachines();
    server?.close();
    programs?.remove();
  });

  it(
    `give the same answers to ${OPERATIONS} operations from seed ${FIRST_SEED}`,
    async () => {
      const { compareScene } = await import('../overlay/compare.ts');
      const { shrinkScene } = await import('../overlay/shrink.ts');
      const { FuseMachine } = await import('./fuse-machine.ts');
      let seed = FIRST_SEED;
      for (let done = 0; done < OPERATIONS; done += SEQUENCE, seed++) {
        const scene = servable(generateScene(seed, SEQUENCE));
        const compare = (each: Scene): Divergence | undefined => {
          const divergence = compareScene(each, (on) => new FuseMachine(on, server!, seed % 2 === 0));
          return divergence !== undefined && isOfEntryNumbers(divergence) ? undefined : divergence;
        };
        const divergence = compare(scene);
        if (divergence === undefined) continue;
        const small = shrinkScene(scene, divergence, compare);
        expect({ seed, ...compare(small), small }).toBeUndefined();
      }
    },
    60_000 + OPERATIONS * 4,
  );
});

/** What a FUSE mount can show: one st_dev, and no inode that is immutable or only grows. */
const servable = (scene: Scene): Scene => ({
  ...scene,
  separateFs: false,
  operations: scene.operations.filter(
    (operation) => operation.call !== 'setflags' || (operation.flags & FS_PROTECTION_FL) === 0,
  ),
});

/**
 * d_ino of a merged directory that was put together by hand: Linux tells the upper object's until somebody has looked the
 * directory up, and a FUSE listing looks up what it lists (READDIRPLUS).
 */
const isOfEntryNumbers = ({ kernel, simulated }: Divergence): boolean => {
  const numberless = (text: string): string => text.replaceAll(' with another number', '');
  return kernel !== simulated && numberless(kernel) === numberless(simulated);
};
