/** The snapshots of a node as rows, each with what keeps it. Only stores are read: looking leaves no trace. */
import { allSnapshotRows, DEFAULT_NAMESPACE, LABEL_GC_EXPIRE, objects, type Sandbox } from '@layerscope/core/sandbox';
import { listInfo, type MetaReader, type StoredInfo } from '@layerscope/core/snapshots';
import type { ContainerRow, ImageRow, Keeper, LeaseRow, SnapshotRow } from '../values.ts';
import type { Places } from '../session/learner/places.ts';
import { placeOf } from './directories.ts';
import { timeText } from './texts.ts';

/** containerd's references from content and images to the snapshots they need. */
const REFERENCE = 'containerd.io/gc.ref.snapshot.';

export interface Known {
  readonly images: readonly ImageRow[];
  readonly containers: readonly ContainerRow[];
  /** Build steps by chain ID. */
  readonly titles: ReadonlyMap<string, string>;
}

const leaseKeepers = (tx: MetaReader, snapshotter: string, key: string): readonly Keeper[] =>
  [...objects(tx, 'lease', DEFAULT_NAMESPACE)]
    .filter(([, { resources }]) => resources[`snapshots/${snapshotter}`]?.includes(key))
    .map(([name]) => ({ by: 'lease', name }));

const stored = (sandbox: Sandbox): ReadonlyMap<string, StoredInfo> => {
  const store = sandbox.stores.get(sandbox.snapshotterName);
  try {
    const infos = store?.read((tx) => listInfo(tx, [])) ?? [];
    return new Map(infos.map((row) => [row.info.name, row]));
  } catch {
    // A store that was never written answers NotFound: there is no snapshot.
    return new Map();
  }
};

export const leaseRows = ({ database }: Sandbox): readonly LeaseRow[] =>
  database.meta.read((tx) =>
    [...objects(tx, 'lease', DEFAULT_NAMESPACE)].map(([id, { labels, resources }]) => ({
      id,
      expires: labels[LABEL_GC_EXPIRE] ?? '',
      holds: Object.entries(resources).flatMap(([type, names]) => names.map((name) => `${type} ${name}`)),
    })),
  );

/** In the order they were made, so that parents stand before their children. */
export const forestRows = async (sandbox: Sandbox, known: Known, places?: Places): Promise<readonly SnapshotRow[]> => {
  const { database, snapshotterName, kernel } = sandbox;
  const behind = stored(sandbox);
  const rows = database.meta.read((tx) =>
    [...allSnapshotRows(tx, DEFAULT_NAMESPACE)].flatMap(([snapshotter, key, row]) => {
      const backend = behind.get(row.name);
      if (snapshotter !== snapshotterName || backend === undefined) return [];
      const keepers: readonly Keeper[] = [
        ...known.images.filter(({ chain }) => chain.at(-1) === key).map(({ name }) => ({ by: 'image', name }) as const),
        ...known.containers
          .filter(({ snapshot }) => snapshot === key)
          .map(({ id }) => ({ by: 'container', name: id }) as const),
        ...row.children.map((name) => ({ by: 'child', name }) as const),
        ...leaseKeepers(tx, snapshotter, key),
      ];
      return [{ key, row, backend, keepers }];
    }),
  );
  rows.sort((a, b) => Number(BigInt(a.row.created) - BigInt(b.row.created)));
  return Promise.all(
    rows.map(async ({ key, row, backend, keepers }): Promise<SnapshotRow> => {
      const { id, info, usage } = backend;
      const place = placeOf(snapshotterName, id, info.kind, places, row.name);
      const live = info.kind === 'Active' ? await kernel.disk.usage(place.directory).catch(() => usage) : usage;
      const labels = Object.fromEntries(Object.entries(row.labels).filter(([name]) => !name.startsWith(REFERENCE)));
      return {
        name: key,
        kind: info.kind,
        id,
        ...place,
        parent: row.parent,
        labels,
        size: live.size,
        inodes: live.inodes,
        created: timeText(BigInt(row.created)),
        title: known.titles.get(key) ?? key,
        keepers,
      };
    }),
  );
};
