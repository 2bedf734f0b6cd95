/**
 * What users of containerd search for by hand: whose a directory is, what takes space for nobody, and children that no
 * list shows.
 */
import { LABEL_GC_ROOT } from './mark/label-references.ts';
import { idMap, isClass, type Info, type Kind, type MetaStore } from '../../snapshots/index.ts';
import type { Usage } from '../../kernel/index.ts';
import { CONTENT } from '../metadata/stores/content.ts';
import type { Database } from '../metadata/database.ts';
import { allSnapshotRows, namespaceRows, objects } from '../metadata/rows.ts';
import { mark } from './mark/mark.ts';
import { snapshotResource, type Resource } from './mark/resource.ts';
import type { Reference } from './mark/roots.ts';

/** A child in a parent's list whose own row is gone: `remove(parent)` is refused and nothing shows why. */
export interface Ghost {
  readonly namespace: string;
  readonly snapshotter: string;
  readonly parent: string;
  readonly child: string;
}

/** Children that no list shows. To be rid of one: make a snapshot with its key on the same parent, and remove that. */
export const ghosts = ({ meta }: Database): readonly Ghost[] =>
  meta.read((tx) =>
    [...namespaceRows(tx)].flatMap(([namespace]) => {
      const rows = [...allSnapshotRows(tx, namespace)];
      const known = new Set(rows.map(([snapshotter, key]) => `${snapshotter}/${key}`));
      return rows.flatMap(([snapshotter, parent, { children }]) =>
        children
          .filter((child) => !known.has(`${snapshotter}/${child}`))
          .map((child) => ({ namespace, snapshotter, parent, child })),
      );
    }),
  );

/** Something out of step between the stores, or kept for nobody's use. */
export type Orphan =
  /** The snapshotter has it, no namespace does: a collection removes it once the snapshotter is dirty. */
  | { readonly what: 'backend-snapshot'; readonly snapshotter: string; readonly key: string; readonly usage: Usage }
  /** A namespace has it, the snapshotter lost it: lists pass over it, calls say "not found". */
  | { readonly what: 'lost-snapshot'; readonly resource: Resource; readonly name: string }
  /** An active snapshot that only a `gc.root` label keeps: no container, image or lease uses it. */
  | { readonly what: 'unused-snapshot'; readonly resource: Resource; readonly usage: Usage }
  /** Bytes that no namespace has a row of. */
  | { readonly what: 'blob'; readonly digest: string; readonly size: number };

const backendInfos = async (database: Database, name: string): Promise<ReadonlyMap<string, Info>> => {
  const infos = new Map<string, Info>();
  try {
    await database.backends.get(name)?.snapshotter.walk((info) => {
      infos.set(info.name, info);
    });
  } catch (error) {
    if (!isClass(error, 'NotFound')) throw error;
  }
  return infos;
};

/** Where a snapshot is, in all three of its numberings. */
export interface SnapshotLocation {
  readonly namespace: string;
  readonly snapshotter: string;
  /** The client's key or name. */
  readonly key: string;
  /** The snapshotter's key, `<ns>/<N>/<key>`. */
  readonly name: string;
  /** What its directory is called, e.g. `4` of `snapshots/4`; `undefined` when the snapshotter keeps no records here. */
  readonly id: string | undefined;
  /** `undefined` when the snapshotter lost it. */
  readonly kind: Kind | undefined;
  /** From a root to it; empty when the next collection takes it. */
  readonly keptBy: readonly Reference[];
}

const idsByName = (store: MetaStore | undefined): ReadonlyMap<string, string> => {
  const ids = new Map<string, string>();
  if (store === undefined) return ids;
  try {
    for (const [id, name] of store.read(idMap)) ids.set(name, id);
  } catch (error) {
    if (!isClass(error, 'NotFound')) throw error;
  }
  return ids;
};

/** Every snapshot of every namespace with its directory and what keeps it. */
export const locateSnapshots = async (
  database: Database,
  stores: ReadonlyMap<string, MetaStore>,
): Promise<readonly SnapshotLocation[]> => {
  const kinds = new Map<string, ReadonlyMap<string, Info>>();
  const ids = new Map<string, ReadonlyMap<string, string>>();
  for (const name of database.backends.keys()) {
    kinds.set(name, await backendInfos(database, name));
    ids.set(name, idsByName(stores.get(name)));
  }
  return database.meta.read((tx) => {
    const marking = mark(tx, database.clock.now());
    return [...namespaceRows(tx)].flatMap(([namespace]) =>
      [...allSnapshotRows(tx, namespace)].map(([snapshotter, key, { name }]) => ({
        namespace,
        snapshotter,
        key,
        name,
        id: ids.get(snapshotter)?.get(name),
        kind: kinds.get(snapshotter)?.get(name)?.kind,
        keptBy: marking.chain(snapshotResource(namespace, snapshotter, key)) ?? [],
      })),
    );
  });
};

/** Everything that is out of step or kept for nobody. Reads only. */
export const orphans = async (
  database: Database,
  stores: ReadonlyMap<string, MetaStore>,
): Promise<readonly Orphan[]> => {
  const found: Orphan[] = [];
  const located = await locateSnapshots(database, stores);
  for (const [name, { snapshotter }] of database.backends) {
    const named = new Set(located.filter((each) => each.snapshotter === name).map((each) => each.name));
    for (const key of (await backendInfos(database, name)).keys())
      if (!named.has(key))
        found.push({ what: 'backend-snapshot', snapshotter: name, key, usage: await snapshotter.usage(key) });
  }
  for (const { namespace, snapshotter, key, name, kind, keptBy } of located) {
    const resource = snapshotResource(namespace, snapshotter, key);
    if (kind === undefined) found.push({ what: 'lost-snapshot', resource, name });
    const [only, another] = keptBy;
    if (kind !== 'Active' || another !== undefined || only?.because !== `label ${LABEL_GC_ROOT}`) continue;
    const backend = database.backends.get(snapshotter)?.snapshotter;
    if (backend !== undefined) found.push({ what: 'unused-snapshot', resource, usage: await backend.usage(name) });
  }
  const rows = database.meta.read(
    (tx) =>
      new Set([...namespaceRows(tx)].flatMap(([namespace]) => [...objects(tx, CONTENT, namespace)].map(([d]) => d))),
  );
  for await (const { digest, size } of database.blobs.walk())
    if (!rows.has(digest)) found.push({ what: 'blob', digest, size });
  return found;
};
