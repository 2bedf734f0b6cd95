/** Leases: what a client holds on to while it works, so that the garbage collector leaves it alone. */
import type { Nanoseconds } from '../../../fs/index.ts';
import { isDigest } from '../../../images/index.ts';
import { labelField, parseFilters, type Labels, type MetaWriter } from '../../../snapshots/index.ts';
import { update, type Database, type Scope, type Update } from '../database.ts';
import { nodeRefusal } from '../errors.ts';
import { deleteObject, getObject, objects, putObject, type LeasedResources, type LeaseRow } from '../rows.ts';
import { keptLabels, requireShortLabels } from '../validation.ts';

/** RFC 3339: the lease and what it holds may go from then on. */
export const LABEL_GC_EXPIRE = 'containerd.io/gc.expire';

export interface Lease {
  readonly id: string;
  readonly created: Nanoseconds;
  readonly labels: Labels;
}

/** Something a lease holds. `type` is `content`, `ingests`, `images` or `snapshots/<snapshotter>`. */
export interface LeasedResource {
  readonly type: string;
  readonly id: string;
}

export interface LeaseStore {
  /** AlreadyExists. */
  create(id: string, labels?: Labels): Promise<Lease>;
  /** NotFound. What it held is collectable from then on. */
  delete(id: string): Promise<void>;
  /** In byte order of the id. InvalidArgument for filter syntax; fields: `id`, `labels`. */
  list(...filters: readonly string[]): Promise<readonly Lease[]>;
  /** NotFound, NotImplemented, InvalidArgument. */
  addResource(id: string, resource: LeasedResource): Promise<void>;
  /** NotFound, NotImplemented, InvalidArgument. */
  deleteResource(id: string, resource: LeasedResource): Promise<void>;
  /** NotFound. */
  resources(id: string): Promise<readonly LeasedResource[]>;
}

const changedResources = (
  resources: LeasedResources,
  type: string,
  change: (ids: readonly string[]) => readonly string[],
): LeasedResources => {
  const { [type]: ids = [], ...others } = resources;
  const after = change(ids);
  return after.length === 0 ? others : { ...others, [type]: after };
};

const withResource = (row: LeaseRow, type: string, id: string): LeaseRow => ({
  ...row,
  resources: changedResources(row.resources, type, (ids) => (ids.includes(id) ? ids : [...ids, id])),
});

const withoutResource = (row: LeaseRow, type: string, id: string): LeaseRow => ({
  ...row,
  resources: changedResources(row.resources, type, (ids) => ids.filter((each) => each !== id)),
});

/** Puts an object into the scope's lease, if it has one. NotFound when the lease is gone. */
export const holdInLease = (tx: MetaWriter, { namespace, lease }: Scope, type: string, id: string): void => {
  if (lease === undefined) return;
  const row = getObject(tx, 'lease', namespace, lease);
  if (row === undefined) throw nodeRefusal('lease-absent');
  putObject(tx, 'lease', namespace, lease, withResource(row, type, id));
};

/** Takes an object out of the scope's lease; no error when the lease is gone. */
export const dropFromLease = (tx: MetaWriter, { namespace, lease }: Scope, type: string, id: string): void => {
  const row = lease === undefined ? undefined : getObject(tx, 'lease', namespace, lease);
  if (lease !== undefined && row !== undefined)
    putObject(tx, 'lease', namespace, lease, withoutResource(row, type, id));
};

const requireResource = ({ type, id }: LeasedResource): void => {
  const [kind = '', ...rest] = type.split('/');
  if (!['content', 'images', 'ingests', 'snapshots'].includes(kind)) throw nodeRefusal('resource-type', { type });
  if (rest.length !== (kind === 'snapshots' ? 1 : 0)) throw nodeRefusal('resource-shape', { type });
  if (kind === 'content' && !isDigest(id)) throw nodeRefusal('resource-digest', { id });
};

const leaseOf = (id: string, { created, labels }: LeaseRow): Lease => ({ id, created: BigInt(created), labels });

export const createLeaseStore = (database: Database, scope: Scope): LeaseStore => {
  const { meta, clock } = database;
  const { namespace } = scope;
  const required = (tx: Update, id: string): LeaseRow => {
    const row = getObject(tx, 'lease', namespace, id);
    if (row === undefined) throw nodeRefusal('lease-missing', { id });
    return row;
  };
  return {
    create: (id, labels = {}) =>
      update(database, (tx) => {
        if (id === '') throw nodeRefusal('lease-id-required');
        requireShortLabels(labels, 'labels');
        if (getObject(tx, 'lease', namespace, id) !== undefined) throw nodeRefusal('lease-taken', { id });
        const row = { created: clock.now().toString(), labels: keptLabels(labels), resources: {} };
        putObject(tx, 'lease', namespace, id, row);
        return leaseOf(id, row);
      }),
    delete: (id) =>
      update(database, (tx) => {
        required(tx, id);
        deleteObject(tx, 'lease', namespace, id);
        tx.deleted();
      }),
    list: async (...filters) => {
      const matches = parseFilters(filters);
      return meta.read((tx) =>
        [...objects(tx, 'lease', namespace)]
          .map(([id, row]) => leaseOf(id, row))
          .filter(({ id, labels }) =>
            matches((path) => (path[0] === 'id' ? id : path[0] === 'labels' ? labelField(labels, path) : undefined)),
          ),
      );
    },
    addResource: (id, resource) =>
      update(database, (tx) => {
        requireResource(resource);
        putObject(tx, 'lease', namespace, id, withResource(required(tx, id), resource.type, resource.id));
      }),
    deleteResource: (id, resource) =>
      update(database, (tx) => {
        requireResource(resource);
        putObject(tx, 'lease', namespace, id, withoutResource(required(tx, id), resource.type, resource.id));
        tx.deleted();
      }),
    resources: async (id) =>
      meta.read((tx) => {
        const row = getObject(tx, 'lease', namespace, id);
        if (row === undefined) throw nodeRefusal('lease-missing', { id });
        return Object.entries(row.resources)
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .flatMap(([type, ids]) => ids.map((each) => ({ type, id: each })));
      }),
  };
};
