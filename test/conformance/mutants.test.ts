/** A suite that cannot fail is worth nothing: each of these snapshotters breaks one promise, and a law has to notice. */
import { formatReport, runSuite, snapshotterSuite } from '@layerscope/core/conformance';
import type { SnapshotterSubject, SnapshotterTraits } from '@layerscope/core/conformance';
import { ContainerdError, isClass } from '@layerscope/core/snapshots';
import type { Snapshotter } from '@layerscope/core/snapshots';
import { describe, expect, it } from 'vitest';
import { nativeOnSimulatedKernel, overlayfsOnSimulatedKernel } from './subjects.ts';

/** A whole suite, on a busy machine. */
const TIMEOUT = 60_000;

type Change = (snapshotter: Snapshotter, subject: SnapshotterSubject) => Partial<Snapshotter>;

const mutated = async (base: () => Promise<SnapshotterSubject>, change: Change): Promise<SnapshotterSubject> => {
  const subject = await base();
  return { ...subject, snapshotter: { ...subject.snapshotter, ...change(subject.snapshotter, subject) } };
};

const swallow = async (call: Promise<unknown>, code: 'NotFound' | 'FailedPrecondition'): Promise<void> => {
  try {
    await call;
  } catch (error) {
    if (!isClass(error, code)) throw error;
  }
};

/** What is wrong, how, and a law that has to say so. */
const MUTANTS: readonly (readonly [what: string, law: string, change: Change])[] = [
  [
    'commit keeps the key',
    'Commit frees the key',
    (s) => ({
      async commit(name, key, options) {
        const { parent } = await s.stat(key);
        await s.commit(name, key, options);
        await s.prepare(key, parent);
      },
    }),
  ],
  [
    'remove ignores children',
    'Remove from the top down',
    (s) => ({ remove: (key) => swallow(s.remove(key), 'FailedPrecondition') }),
  ],
  [
    'remove deletes first and asks then',
    'A refused remove deletes nothing',
    (s, { kernel }) => ({
      async remove(key) {
        if ((await s.stat(key)).kind === 'Committed') {
          const [mount] = await s.view('look', key);
          await s.remove('look');
          const lower = /lowerdir=([^:]*)/.exec(mount?.options.join('\n') ?? '')?.[1] ?? mount?.source ?? '';
          for (const entry of await kernel.disk.readdir(lower)) await kernel.disk.removeAll(`${lower}/${entry}`);
        }
        await s.remove(key);
      },
    }),
  ],
  [
    'a refused commit ends the key',
    'A refused commit keeps what was written',
    (s) => ({
      async commit(name, key, options) {
        try {
          await s.commit(name, key, options);
        } catch (error) {
          await s.remove(key);
          throw error;
        }
      },
    }),
  ],
  ['remove of nothing succeeds', 'Repeated calls', (s) => ({ remove: (key) => swallow(s.remove(key), 'NotFound') })],
  [
    'a view is writable',
    'A view is read-only',
    (s) => ({
      view: async (key, parent, options) =>
        (await s.view(key, parent, options)).map((mount) => ({
          ...mount,
          options: mount.options.map((option) => (option === 'ro' ? 'rw' : option)),
        })),
    }),
  ],
  [
    'commit inherits labels',
    'Commit replaces labels',
    (s) => ({
      async commit(name, key, options = {}) {
        const { labels } = await s.stat(key);
        await s.commit(name, key, { ...options, labels: { ...labels, ...options.labels } });
      },
    }),
  ],
  [
    'update merges labels',
    'Update',
    (s) => ({
      async update(info, ...paths) {
        if (paths.length > 0) return s.update(info, ...paths);
        const { labels } = await s.stat(info.name);
        return s.update({ ...info, labels: { ...labels, ...info.labels } });
      },
    }),
  ],
  [
    'update ignores paths that it does not know',
    'Update',
    (s) => ({
      update: (info, ...paths) => s.update(info, ...paths.filter((path) => path.startsWith('labels'))),
    }),
  ],
  ['walk ignores filters', 'Walk', (s) => ({ walk: (visit) => s.walk(visit) })],
  [
    'walk swallows what the visitor throws',
    'A visitor can end the walk',
    (s) => ({
      async walk(visit, ...filters) {
        try {
          await s.walk(visit, ...filters);
        } catch (error) {
          if (error instanceof ContainerdError) throw error;
        }
      },
    }),
  ],
  [
    'a committed snapshot has mounts',
    'Committed after commit another key under it: mounts',
    (s) => ({
      async mounts(key) {
        if ((await s.stat(key)).kind !== 'Committed') return s.mounts(key);
        return [{ type: 'bind', source: '/', options: ['ro', 'rbind'] }];
      },
    }),
  ],
  [
    'refusals have no class',
    'Keys are unique',
    (s) => ({
      async prepare(key, parent, options) {
        try {
          return await s.prepare(key, parent, options);
        } catch (error) {
          throw new Error((error as Error).message, { cause: error });
        }
      },
    }),
  ],
  [
    'preparing a key again answers the first one',
    'Repeated calls',
    (s) => ({
      async prepare(key, parent, options) {
        try {
          return await s.prepare(key, parent, options);
        } catch (error) {
          if (isClass(error, 'AlreadyExists')) return s.mounts(key);
          throw error;
        }
      },
    }),
  ],
  [
    'a view has usage',
    'Usage',
    (s) => ({
      usage: async (key) => ((await s.stat(key)).kind === 'View' ? { inodes: 1, size: 4096 } : s.usage(key)),
    }),
  ],
  [
    'the root directory is private',
    'Root permission',
    (s, { kernel }) => ({
      async prepare(key, parent, options) {
        const mounts = await s.prepare(key, parent, options);
        const [mount] = mounts;
        if (parent === '' && mount !== undefined) await kernel.disk.chmod(mount.source, 0o700);
        return mounts;
      },
    }),
  ],
  [
    'snapshots are made on no parent',
    'Basic',
    (s) => ({ prepare: (key, _parent, options) => s.prepare(key, '', options) }),
  ],
  [
    'close fails the second time',
    'Close twice',
    (s) => {
      let closed = false;
      return {
        async close() {
          if (closed) throw new Error('closed already');
          closed = true;
          await s.close();
        },
      };
    },
  ],
];

const reversed = (option: string): string =>
  option.startsWith('lowerdir=') ? `lowerdir=${option.slice(9).split(':').toReversed().join(':')}` : option;

const stackedTheWrongWay = async (mounts: ReturnType<Snapshotter['mounts']>): ReturnType<Snapshotter['mounts']> =>
  (await mounts).map((mount) => ({ ...mount, options: mount.options.map(reversed) }));

/** What is wrong with the mounts of overlayfs only. */
const OVERLAY_MUTANTS: typeof MUTANTS = [
  [
    'layers are stacked the wrong way round',
    '128 layers',
    (s) => {
      return {
        prepare: (...call) => stackedTheWrongWay(s.prepare(...call)),
        view: (...call) => stackedTheWrongWay(s.view(...call)),
        mounts: (key) => stackedTheWrongWay(s.mounts(key)),
      };
    },
  ],
  [
    'a rebase is forgotten',
    'Rebase',
    (s) => ({ commit: (name, key, { labels = {} } = {}) => s.commit(name, key, { labels }) }),
  ],
  ['cleanup does nothing', 'Cleanup of overlayfs', () => ({ cleanup: async () => {} })],
];

const hunt = (
  title: string,
  base: () => Promise<SnapshotterSubject>,
  traits: SnapshotterTraits,
  mutants: typeof MUTANTS,
): void => {
  describe(`${title} with a mutation`, () => {
    it(
      'is sound without it',
      async () => {
        const report = await runSuite(snapshotterSuite(title, base, traits));
        expect(formatReport(report)).toBe(`${title}: ${report.held} of ${report.held} laws hold`);
      },
      TIMEOUT,
    );
    for (const [what, law, change] of mutants) {
      it(
        `is caught when ${what}`,
        async () => {
          const suite = snapshotterSuite(what, () => mutated(base, change), traits);
          const { verdicts } = await runSuite({ ...suite, laws: suite.laws.filter(({ name }) => name === law) });
          expect(verdicts.map(({ name, held }) => ({ name, held }))).toEqual([{ name: law, held: false }]);
        },
        TIMEOUT,
      );
    }
  });
};

hunt('overlayfs', overlayfsOnSimulatedKernel(), { rebase: true, design: 'overlayfs' }, [
  ...MUTANTS,
  ...OVERLAY_MUTANTS,
]);
hunt('native', nativeOnSimulatedKernel, { renamesDirectories: true, design: 'native' }, MUTANTS);
