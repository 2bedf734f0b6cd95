/** Containers: what a task is made from. A record, not a process; it keeps its snapshot from the garbage collector. */
import type { Nanoseconds } from '../../../fs/index.ts';
import { labelField, parseFilters, type Labels } from '../../../snapshots/index.ts';
import { update, type Database, type Scope } from '../database.ts';
import { nodeRefusal } from '../errors.ts';
import { deleteObject, getObject, objects, putObject, type ContainerRow } from '../rows.ts';
import { keptLabels, requireIdentifier, requireShortLabels, updatedLabels } from '../validation.ts';

export interface ContainerInfo {
  readonly id: string;
  readonly image: string;
  readonly snapshotter: string;
  readonly snapshotKey: string;
  readonly runtime: string;
  readonly spec: unknown;
  readonly labels: Labels;
  readonly created: Nanoseconds;
  readonly updated: Nanoseconds;
}

export type NewContainer = Omit<ContainerInfo, 'created' | 'updated'>;

export interface ContainerStore {
  /** NotFound. */
  get(id: string): Promise<ContainerInfo>;
  /** In byte order. Fields of filters: `id`, `image`, `runtime.name`, `labels`. */
  list(...filters: readonly string[]): Promise<readonly ContainerInfo[]>;
  /** AlreadyExists, InvalidArgument. */
  create(container: NewContainer): Promise<ContainerInfo>;
  /** Sets labels by `labels.<key>` paths (`labels` or none: all of them). NotFound. */
  update(container: Pick<ContainerInfo, 'id' | 'labels'>, ...paths: readonly string[]): Promise<ContainerInfo>;
  /** NotFound. The snapshot stays until the collector comes. */
  delete(id: string): Promise<void>;
}

const infoOf = (id: string, row: ContainerRow): ContainerInfo => ({
  ...row,
  id,
  created: BigInt(row.created),
  updated: BigInt(row.updated),
});

const fieldOf =
  ({ id, image, runtime, labels }: ContainerInfo) =>
  (path: readonly string[]): string | undefined => {
    if (path[0] === 'id') return id;
    if (path[0] === 'image') return image;
    if (path[0] === 'runtime') return path[1] === 'name' ? runtime : undefined;
    return path[0] === 'labels' ? labelField(labels, path) : undefined;
  };

export const createContainerStore = (database: Database, { namespace }: Scope): ContainerStore => {
  const { meta, clock, publish } = database;
  const missing = (id: string): never => {
    throw nodeRefusal('container-missing', { id, namespace });
  };
  return {
    get: async (id) =>
      meta.read((tx) => {
        const row = getObject(tx, 'container', namespace, id);
        return row === undefined ? missing(id) : infoOf(id, row);
      }),
    list: async (...filters) => {
      const matches = parseFilters(filters);
      return meta.read((tx) =>
        [...objects(tx, 'container', namespace)]
          .map(([id, row]) => infoOf(id, row))
          .filter((container) => matches(fieldOf(container))),
      );
    },
    create: async ({ id, ...container }) => {
      const info = await update(database, (tx) => {
        requireIdentifier(id);
        requireShortLabels(container.labels, 'container.Labels');
        if (getObject(tx, 'container', namespace, id) !== undefined) throw nodeRefusal('container-taken', { id });
        const now = clock.now().toString();
        const row: ContainerRow = { ...container, labels: keptLabels(container.labels), created: now, updated: now };
        putObject(tx, 'container', namespace, id, row);
        return infoOf(id, row);
      });
      const { image, runtime } = info;
      publish(namespace, '/containers/create', {
        id,
        ...(image === '' ? {} : { image }),
        runtime: { name: runtime, options: { type_url: 'containerd.runc.v1.Options' } },
      });
      return info;
    },
    update: async ({ id, labels: wanted }, ...paths) => {
      const info = await update(database, (tx) => {
        const before = getObject(tx, 'container', namespace, id) ?? missing(id);
        const labels = updatedLabels(before.labels, wanted, paths, (path) =>
          nodeRefusal('field-fixed', { path, what: 'container', name: id }),
        );
        const row = { ...before, labels, updated: clock.now().toString() };
        putObject(tx, 'container', namespace, id, row);
        return infoOf(id, row);
      });
      const { image, labels, snapshotKey } = info;
      publish(namespace, '/containers/update', {
        id,
        ...(image === '' ? {} : { image }),
        ...(Object.keys(labels).length === 0 ? {} : { labels }),
        ...(snapshotKey === '' ? {} : { snapshot_key: snapshotKey }),
      });
      return info;
    },
    delete: async (id) => {
      await update(database, (tx) => {
        if (getObject(tx, 'container', namespace, id) === undefined) missing(id);
        deleteObject(tx, 'container', namespace, id);
        tx.deleted();
      });
      publish(namespace, '/containers/delete', { id });
    },
  };
};
