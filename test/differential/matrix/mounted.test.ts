/** The same operations at the same names on `layerscope overlay`, mounted, and on Linux's overlay. By day one scene in forty. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requires } from '../../requirements.ts';
import { type BuiltPrograms, buildPrograms } from '../fuse/built-program.ts';
import type { SceneServer } from '../fuse/fuse-machine.ts';
import type { Scene } from '../overlay/scene.ts';
import { MOUNTINGS, PARTS, sampleOf } from './parts.ts';

const TIMEOUT = 1_800_000;

describe.skipIf(!requires('root', 'overlay-mount', 'fuse'))('every operation at every name of our mount', () => {
  let programs: BuiltPrograms | undefined;
  let server: SceneServer | undefined;

  beforeAll(async () => {
    programs = await buildPrograms();
    const { SceneServer } = await import('../fuse/fuse-machine.ts');
    server = new SceneServer(programs.sceneServer);
  });

  afterAll(async () => {
    (await import('../overlay/kernel-machine.ts')).closeKernelMachines();
    server?.close();
    programs?.remove();
  });

  /**
   * FUSE does not say which descriptor fchmod(2) came through: with an index the link is copied up under the name that was
   * looked up last. Nobody sees a difference but in the upper layer.
   */
  const servable = (scene: Scene): Scene => ({
    ...scene,
    operations: scene.operations.filter(({ call }) => scene.index === 'off' || call !== 'fchmod'),
  });

  /** The first divergence, with the scene's number. */
  const divergenceIn = async (scenes: readonly Scene[]): Promise<unknown> => {
    const { compareScene } = await import('../overlay/compare.ts');
    const { FuseMachine } = await import('../fuse/fuse-machine.ts');
    for (const [at, scene] of scenes.entries()) {
      const divergence = compareScene(servable(scene), (on) => new FuseMachine(on, server!, at % 2 === 0));
      if (divergence !== undefined) return { at, ...divergence };
    }
    return undefined;
  };

  describe.each(MOUNTINGS)('with %s', (_, mounting) => {
    it.each(PARTS)(
      '%s',
      async (_part, scenes) => {
        expect(await divergenceIn(sampleOf(scenes(mounting), mounting, 40))).toBeUndefined();
      },
      TIMEOUT,
    );
  });
});
