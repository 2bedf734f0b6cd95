/**
 * Every way through the lifecycle machine and every call from where it ends, asked of one containerd twice: of its own
 * overlayfs, and of ours behind its proxy. The same answers, codes and texts.
 */
import { getSimplePaths } from 'xstate/graph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ContainerdError, lifecycle, type LifecycleEvent, type Snapshotter } from '@layerscope/core/snapshots';
import { remoteSnapshotter } from '../../../host-adapter/src/service/index.ts';
import { startContainerd, type Containerd } from '../daemons/containerd.ts';
import { startLayerscope, type Layerscope } from '../daemons/layerscope.ts';
import { releases, type Release } from '../daemons/releases.ts';

const MINUTE = 60_000;
const PARENTS = ['none', 'Absent', 'View', 'Active', 'Committed'] as const;

const CALLS: readonly LifecycleEvent[] = [
  ...PARENTS.map((parent) => ({ type: 'prepare', parent }) as const),
  ...PARENTS.map((parent) => ({ type: 'view', parent }) as const),
  { type: 'commit', rebase: 'keep' },
  { type: 'name' },
  { type: 'remove', children: false },
  { type: 'update', fixedField: false },
  { type: 'update', fixedField: true },
  { type: 'mounts' },
  { type: 'stat' },
  { type: 'usage' },
];

const routes = (): readonly (readonly LifecycleEvent[])[] =>
  getSimplePaths(lifecycle, { events: [...CALLS] }).map(({ steps }) =>
    steps.map(({ event }) => event).filter(({ type }) => !type.startsWith('xstate.')),
  );

const LABELS = { 'containerd.io/gc.root': 'test' };

/** One call on `entity`; the parents it may need stand ready under the names of what they are. */
const ask = async (snapshotter: Snapshotter, event: LifecycleEvent, entity: string): Promise<unknown> => {
  switch (event.type) {
    case 'prepare':
    case 'view':
      return (
        await snapshotter[event.type](entity, event.parent === 'none' ? '' : event.parent, { labels: LABELS })
      ).map(({ type, options }) => ({ type, options: options.map((option) => option.replace(/=.*/, '')).toSorted() }));
    case 'commit':
      return snapshotter.commit(`${entity}-name`, entity, { labels: LABELS });
    case 'name':
      await snapshotter.prepare(`${entity}-key`, '', { labels: LABELS });
      return snapshotter.commit(entity, `${entity}-key`, { labels: LABELS });
    case 'update': {
      const labels = { 'containerd.io/snapshot/a': 'b' };
      const path = event.fixedField ? 'parent' : 'labels.containerd.io/snapshot/a';
      const { kind, name, parent, labels: now } = await snapshotter.update({ name: entity, labels }, path);
      return { kind, name, parent, now };
    }
    case 'stat': {
      const { kind, name, parent, labels } = await snapshotter.stat(entity);
      return { kind, name, parent, labels };
    }
    case 'mounts':
      return (await snapshotter.mounts(entity)).map(({ type }) => type);
    default:
      return snapshotter[event.type](entity);
  }
};

/** containerd 2.x, whose texts are ours, names the key where 1.6 does not. */
const inWordsOf16 = (text: string): string =>
  text.replace(/failed to (commit|remove) snapshot \S+:/, 'failed to $1 snapshot:');

/** Each backend has keys of its own, numbered as they come. */
const withoutNumbers = (text: string): string => text.replace(/\btest\/\d+\//g, 'test/N/');

const answer = async (
  snapshotter: Snapshotter,
  event: LifecycleEvent,
  entity: string,
  release: Release,
): Promise<unknown> => {
  try {
    return { result: await ask(snapshotter, event, entity) };
  } catch (error) {
    if (!(error instanceof ContainerdError)) throw error;
    return { code: error.code, text: release === '1.6' ? inWordsOf16(error.message) : withoutNumbers(error.message) };
  }
};

describe.each(releases())('the lifecycle behind containerd %s', (release) => {
  let layerscope: Layerscope;
  let containerd: Containerd;
  let theirs: Snapshotter;
  let ours: Snapshotter;

  beforeAll(async () => {
    layerscope = await startLayerscope();
    containerd = await startContainerd({ release, configuration: layerscope.proxyPlugin(release) });
    const { address } = containerd;
    theirs = remoteSnapshotter({ address, snapshotter: 'overlayfs', namespace: 'test' });
    ours = remoteSnapshotter({ address, snapshotter: 'layerscope', namespace: 'test' });
    for (const snapshotter of [theirs, ours]) {
      await snapshotter.view('View', '', { labels: LABELS });
      await snapshotter.prepare('Active', '', { labels: LABELS });
      await snapshotter.prepare('preparing', '', { labels: LABELS });
      await snapshotter.commit('Committed', 'preparing', { labels: LABELS });
    }
  }, MINUTE);
  afterAll(async () => {
    await theirs?.close();
    await ours?.close();
    await containerd?.stop();
    await layerscope?.stop();
  }, MINUTE);

  it('finds many ways', () => {
    expect(routes().length * CALLS.length).toBeGreaterThan(100);
  });

  it('answers alike', async () => {
    let number = 0;
    const codes = new Set<string>();
    for (const route of routes()) {
      for (const call of CALLS) {
        number++;
        const words = [...route, call].map((event) => JSON.stringify(event)).join(' ');
        for (const event of [...route, call]) {
          const [ourAnswer, theirAnswer] = [
            await answer(ours, event, `entity-${number}`, release),
            await answer(theirs, event, `entity-${number}`, release),
          ];
          if ('code' in (ourAnswer as object)) codes.add((ourAnswer as { code: string }).code);
          expect({ words, ...(ourAnswer as object) }).toEqual({ words, ...(theirAnswer as object) });
        }
      }
    }
    expect([...codes].toSorted()).toEqual(['AlreadyExists', 'FailedPrecondition', 'InvalidArgument', 'NotFound']);
  });

  it('answers alike to what no machine foresees', async () => {
    const odd = ['', ' ', '..', '../../etc', 'a/../b', 'new\nline', 'nul\0', 'ünïcödé 🐳', 'k'.repeat(3000)];
    for (const key of odd) {
      for (const event of [
        { type: 'stat' },
        { type: 'prepare', parent: 'none' },
        { type: 'stat' },
        { type: 'commit', rebase: 'keep' },
        { type: 'remove', children: false },
      ] as const) {
        expect([key, event, await answer(ours, event, key, release)]).toEqual([
          key,
          event,
          await answer(theirs, event, key, release),
        ]);
      }
    }
    for (const filter of ['kind==active', 'nonsense', 'name~=[', 'labels."containerd.io/gc.root"==test']) {
      const names = async (snapshotter: Snapshotter): Promise<unknown> => {
        const found: string[] = [];
        try {
          await snapshotter.walk(({ name }) => void found.push(name), filter);
          return found;
        } catch (error) {
          return (error as ContainerdError).message;
        }
      };
      expect(await names(ours)).toEqual(await names(theirs));
    }
  });
});
