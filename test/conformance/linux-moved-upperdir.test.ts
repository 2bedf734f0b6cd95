/** The example of a moved upper directory keeps the whole contract, on both kernels, and does what it is for. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { ROOT } from '@layerscope/core/fs';
import { register, snapshotterSuite } from '@layerscope/core/conformance';
import type { SnapshotterSubject } from '@layerscope/core/conformance';
import type { Kernel } from '@layerscope/core/kernel';
import type { Snapshotter } from '@layerscope/core/snapshots';
import { createOverlayfsSnapshotter } from '@layerscope/core/snapshotters';
import { describe, expect, it, vi } from 'vitest';
import { type MovedUpperdir, moveUpperdir } from '../../host-adapter/examples/moved-upperdir.ts';
import { requires } from '../requirements.ts';
import { onLinux } from './linux-subjects.ts';
import { onSimulatedKernel } from './subjects.ts';

vi.setConfig({ testTimeout: 120_000 });

const make =
  (options: Partial<MovedUpperdir> = {}) =>
  async (root: string, kernel: Kernel): Promise<Snapshotter> =>
    moveUpperdir(await createOverlayfsSnapshotter({ root, kernel }), {
      disk: kernel.disk,
      volume: `${root}/volume`,
      chosen: () => true,
      ...options,
    });

const KERNELS: { readonly [name: string]: (options?: Partial<MovedUpperdir>) => Promise<SnapshotterSubject> } = {
  'the simulated kernel': (options) => onSimulatedKernel(make(options)),
  ...(requires('root', 'linux', 'overlay-mount') ? { Linux: (options) => onLinux(make(options)) } : {}),
};

const withSubjectOf = async (
  subject: (options?: Partial<MovedUpperdir>) => Promise<SnapshotterSubject>,
  options: Partial<MovedUpperdir>,
  body: (subject: SnapshotterSubject, volume: string, root: string) => Promise<void>,
): Promise<void> => {
  const made = await subject(options);
  try {
    const [mount] = await made.snapshotter.prepare('layer', '');
    await made.snapshotter.commit('base', 'layer');
    const root = mount!.source.replace(/\/snapshots\/1\/fs$/, '');
    await body(made, `${root}/volume`, root);
  } finally {
    await made.close();
  }
};

for (const [name, subject] of Object.entries(KERNELS)) {
  register(snapshotterSuite(`moved upper directories on ${name}`, subject), { describe, it });

  describe(`moved upper directories on ${name}`, () => {
    it('moves the chosen ones and leaves the others', () =>
      withSubjectOf(
        subject,
        { chosen: (key, labels) => key.includes('web') || labels['move'] === 'yes' },
        async ({ snapshotter }, volume, root) => {
          const uppers: (string | undefined)[] = [];
          for (const [key, labels] of [
            ['default/7/web-1', {}],
            ['default/8/job', { move: 'yes' }],
            ['default/9/job', {}],
          ] as const) {
            const prepared = await snapshotter.prepare(key, 'base', { labels });
            expect(await snapshotter.mounts(key)).toEqual(prepared);
            uppers.push(...prepared[0]!.options.filter((option) => /^(?:upper|work)dir=/.test(option)));
          }
          expect(uppers).toEqual([
            `workdir=${volume}/default%2F7%2Fweb-1/work`,
            `upperdir=${volume}/default%2F7%2Fweb-1/fs`,
            `workdir=${volume}/default%2F8%2Fjob/work`,
            `upperdir=${volume}/default%2F8%2Fjob/fs`,
            `workdir=${root}/snapshots/4/work`,
            `upperdir=${root}/snapshots/4/fs`,
          ]);
        },
      ));

    it.each([true, false])('keeps what was written on the volume after a removal: %s', (keep) =>
      withSubjectOf(subject, { keep }, async ({ snapshotter, kernel }, volume) => {
        await snapshotter.prepare('web', 'base');
        await kernel.disk.mkdir(`${volume}/web/fs/data`, 0o755);
        expect((await snapshotter.usage('web')).inodes).toBe(2);
        await snapshotter.remove('web');
        expect(await kernel.disk.readdir(volume)).toEqual(keep ? ['web'] : []);
        await snapshotter.prepare('web', 'base');
        expect(await kernel.disk.readdir(`${volume}/web/fs`)).toEqual(keep ? ['data'] : []);
      }),
    );
  });
}

describe.skipIf(!requires('root', 'linux', 'overlay-mount'))('a moved upper directory on Linux', () => {
  it('receives what a container writes at once', async () => {
    const subject = await onLinux(make());
    try {
      await subject.snapshotter.prepare('layer', '');
      await subject.snapshotter.commit('base', 'layer');
      const mounts = await subject.snapshotter.prepare('web', 'base');
      await subject.kernel.mount(mounts, subject.scratch);
      const tree = await subject.kernel.disk.tree(subject.scratch);
      tree.fs.mkdir(tree.root, 'written', 0o755, ROOT);
      await subject.kernel.unmount(subject.scratch);
      expect(readdirSync(subject.scratch)).toEqual([]);
      expect(existsSync(`${subject.scratch.replace(/scratch$/, 'root/volume/web/fs/written')}`)).toBe(true);
      expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(subject.scratch);
    } finally {
      await subject.close();
    }
  });
});
