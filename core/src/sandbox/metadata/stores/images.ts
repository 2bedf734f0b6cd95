/** Images: names for what is in the content store. */
import type { Nanoseconds } from '../../../fs/index.ts';
import type { Descriptor } from '../../../images/index.ts';
import { labelField, parseFilters, type Labels } from '../../../snapshots/index.ts';
import { update, type Database, type Scope } from '../database.ts';
import { nodeRefusal } from '../errors.ts';
import { holdInLease } from './leases.ts';
import { deleteObject, getObject, objects, putObject, type ImageRow } from '../rows.ts';
import { keptLabels, requireShortLabels, updatedLabels } from '../validation.ts';

export interface Image {
  readonly name: string;
  readonly target: Descriptor;
  readonly labels: Labels;
  readonly created: Nanoseconds;
  readonly updated: Nanoseconds;
}

export interface ImageStore {
  /** NotFound. */
  get(name: string): Promise<Image>;
  /** In byte order. Fields of filters: `name`, `target.digest`, `target.mediatype`, `labels`. */
  list(...filters: readonly string[]): Promise<readonly Image[]>;
  /** AlreadyExists. */
  create(name: string, target: Descriptor, labels?: Labels): Promise<Image>;
  /** NotFound. Without paths target and labels are replaced; else `target`, `labels`, `labels.<key>`. */
  update(image: Pick<Image, 'name' | 'target' | 'labels'>, ...paths: readonly string[]): Promise<Image>;
  /** NotFound. */
  delete(name: string): Promise<void>;
}

const imageOf = (name: string, row: ImageRow): Image => ({
  name,
  target: row.target,
  labels: row.labels,
  created: BigInt(row.created),
  updated: BigInt(row.updated),
});

const fieldOf =
  ({ name, target, labels }: Image) =>
  (path: readonly string[]): string | undefined => {
    if (path[0] === 'name') return name;
    if (path[0] === 'labels') return labelField(labels, path);
    if (path[0] === 'annotations') return labelField(target.annotations ?? {}, path);
    if (path[0] === 'target') return { digest: target.digest, mediatype: target.mediaType }[path[1] ?? ''];
    return undefined;
  };

const fieldsOf = ({ labels }: Pick<Image, 'labels'>): { readonly labels?: Labels } =>
  Object.keys(labels).length === 0 ? {} : { labels };

export const createImageStore = (database: Database, scope: Scope): ImageStore => {
  const { meta, clock, publish } = database;
  const { namespace } = scope;
  return {
    get: async (name) =>
      meta.read((tx) => {
        const row = getObject(tx, 'image', namespace, name);
        if (row === undefined) throw nodeRefusal('image-missing', { name });
        return imageOf(name, row);
      }),
    list: async (...filters) => {
      const matches = parseFilters(filters);
      return meta.read((tx) =>
        [...objects(tx, 'image', namespace)]
          .map(([name, row]) => imageOf(name, row))
          .filter((image) => matches(fieldOf(image))),
      );
    },
    create: async (name, target, labels = {}) => {
      const image = await update(database, (tx) => {
        if (name === '') throw nodeRefusal('image-name-required');
        requireShortLabels(labels, 'labels');
        holdInLease(tx, scope, 'images', name);
        if (getObject(tx, 'image', namespace, name) !== undefined) throw nodeRefusal('image-taken', { name });
        const now = clock.now().toString();
        const row = { target, labels: keptLabels(labels), created: now, updated: now };
        putObject(tx, 'image', namespace, name, row);
        return imageOf(name, row);
      });
      publish(namespace, '/images/create', { name, ...fieldsOf(image) });
      return image;
    },
    update: async (wanted, ...paths) => {
      const { name } = wanted;
      const image = await update(database, (tx) => {
        const before = getObject(tx, 'image', namespace, name);
        if (before === undefined) throw nodeRefusal('image-missing', { name });
        const labelPaths = paths.filter((path) => path !== 'target');
        const labels =
          paths.length > 0 && labelPaths.length === 0
            ? before.labels
            : updatedLabels(before.labels, wanted.labels, labelPaths, (path) =>
                nodeRefusal('field-fixed', { path, what: 'image', name }),
              );
        const target = paths.length === 0 || paths.includes('target') ? wanted.target : before.target;
        if (target.digest !== before.target.digest) tx.deleted();
        const row = { ...before, target, labels, updated: clock.now().toString() };
        putObject(tx, 'image', namespace, name, row);
        return imageOf(name, row);
      });
      publish(namespace, '/images/update', { name, ...fieldsOf(image) });
      return image;
    },
    delete: async (name) => {
      await update(database, (tx) => {
        if (getObject(tx, 'image', namespace, name) === undefined) throw nodeRefusal('image-missing', { name });
        deleteObject(tx, 'image', namespace, name);
        tx.deleted();
      });
      publish(namespace, '/images/delete', { name });
    },
  };
};
