/** The service `containerd.services.snapshots.v1.Snapshots` over any `Snapshotter`. */
import { ContainerdError, type Info, type Labels, type Snapshotter } from '@layerscope/core/snapshots';
import type {
  Info as WireInfo,
  ListSnapshotsResponse,
  SnapshotsServer,
} from '../generated/containerd/services/snapshots/v1/snapshots.ts';
import { streaming, unary, type CallObserver, type CallSubject } from './call.ts';
import { toWireInfo, toWireMounts } from './wire.ts';

/** As many rows as containerd puts into one message of a list. */
const ROWS_IN_A_BATCH = 100;
/** A quarter of what containerd's clients accept in one message. */
const BYTES_IN_A_BATCH = 4 * 1024 * 1024;

/** An upper bound of a row's text in UTF-8. */
const weight = ({ name, parent, labels }: Info): number => {
  let characters = name.length + parent.length;
  for (const key in labels) characters += key.length + labels[key]!.length;
  return characters * 3;
};

const keyed = ({ key }: { readonly key: string }): CallSubject => ({ key });
const created = ({ key, parent }: { readonly key: string; readonly parent: string }): CallSubject => ({ key, parent });

/** No labels on the wire are no labels given. */
const labelled = (labels: Labels): { readonly labels?: Labels } => (Object.keys(labels).length === 0 ? {} : { labels });

const list = async (
  snapshotter: Snapshotter,
  filters: readonly string[],
  send: (batch: ListSnapshotsResponse) => Promise<void>,
): Promise<void> => {
  let info: WireInfo[] = [];
  let bytes = 0;
  await snapshotter.walk(
    async (row) => {
      info.push(toWireInfo(row));
      bytes += weight(row);
      if (info.length < ROWS_IN_A_BATCH && bytes < BYTES_IN_A_BATCH) return;
      const batch = info;
      info = [];
      bytes = 0;
      await send({ info: batch });
    },
    ...filters,
  );
  if (info.length > 0) await send({ info });
};

export const snapshotsService = (snapshotter: Snapshotter, observer: CallObserver): SnapshotsServer => ({
  prepare: unary(observer, 'Prepare', created, async ({ key, parent, labels }) => ({
    mounts: toWireMounts(await snapshotter.prepare(key, parent, labelled(labels))),
  })),

  view: unary(observer, 'View', created, async ({ key, parent, labels }) => ({
    mounts: toWireMounts(await snapshotter.view(key, parent, labelled(labels))),
  })),

  mounts: unary(observer, 'Mounts', keyed, async ({ key }) => ({
    mounts: toWireMounts(await snapshotter.mounts(key)),
  })),

  commit: unary(
    observer,
    'Commit',
    ({ name, key, parent }) => (parent === '' ? { key, as: name } : { key, as: name, parent }),
    async ({ name, key, labels, parent }) => {
      await snapshotter.commit(name, key, { ...labelled(labels), ...(parent === '' ? {} : { parent }) });
      return {};
    },
  ),

  remove: unary(observer, 'Remove', keyed, async ({ key }) => {
    await snapshotter.remove(key);
    return {};
  }),

  stat: unary(observer, 'Stat', keyed, async ({ key }) => ({ info: toWireInfo(await snapshotter.stat(key)) })),

  update: unary(
    observer,
    'Update',
    ({ info, updateMask }) => ({ key: info?.name ?? '', fields: updateMask ?? [] }),
    async ({ info, updateMask }) => {
      if (info === undefined) throw new ContainerdError('InvalidArgument', 'info argument missing: invalid argument');
      const { name, labels } = info;
      return { info: toWireInfo(await snapshotter.update({ name, labels }, ...(updateMask ?? []))) };
    },
  ),

  list: streaming(
    observer,
    'List',
    ({ filters }) => (filters.length === 0 ? {} : { filters }),
    ({ filters }, send: (batch: ListSnapshotsResponse) => Promise<void>) => list(snapshotter, filters, send),
  ),

  usage: unary(observer, 'Usage', keyed, async ({ key }) => await snapshotter.usage(key)),

  cleanup: unary(
    observer,
    'Cleanup',
    () => ({}),
    async () => {
      if (snapshotter.cleanup === undefined) {
        throw new ContainerdError('NotImplemented', 'snapshotter does not implement Cleanup method: not implemented');
      }
      await snapshotter.cleanup();
      return {};
    },
  ),
});
