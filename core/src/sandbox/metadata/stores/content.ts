/**
 * The content store of one namespace: its own rows and labels over blobs that all namespaces share.
 *
 * A namespace sees a blob once it has written it itself (containerd's content sharing policy `shared`: another's blob is
 * there at once for whoever knows the digest, without its labels). Deleting takes the row; the bytes go with the last row
 * when the garbage collector comes.
 */
import {
  ImageError,
  type Committed,
  type ContentInfo,
  type ContentStore,
  type ContentWriter,
  type Digest,
} from '../../../images/index.ts';
import type { Labels } from '../../../snapshots/index.ts';
import { update, type Database, type Scope } from '../database.ts';
import { holdInLease } from './leases.ts';
import { deleteObject, getObject, objects, putObject, type ContentRow } from '../rows.ts';
import { keptLabels, requireShortLabels } from '../validation.ts';

const infoOf = (digest: Digest, row: ContentRow): ContentInfo => ({
  digest,
  size: row.size,
  created: BigInt(row.created),
  updated: BigInt(row.updated),
  labels: row.labels,
});

/** What `dirty` calls the content store. */
export const CONTENT = 'content';

export const createContentService = (database: Database, scope: Scope): ContentStore => {
  const { meta, clock, blobs, publish } = database;
  const { namespace } = scope;

  const findRow = (digest: Digest): ContentRow | undefined =>
    meta.read((tx) => getObject(tx, 'content', namespace, digest));

  const record = (digest: Digest, size: number, labels: Labels): Promise<boolean> =>
    update(database, (tx) => {
      requireShortLabels(labels, 'labels');
      holdInLease(tx, scope, 'content', digest);
      if (getObject(tx, 'content', namespace, digest) !== undefined) return true;
      const now = clock.now().toString();
      putObject(tx, 'content', namespace, digest, { size, labels: keptLabels(labels), created: now, updated: now });
      return false;
    });

  const observed = (writer: ContentWriter): ContentWriter => ({
    write: (bytes) => writer.write(bytes),
    commit: async (expected, labels = {}) => {
      const { digest, size } = await writer.commit(expected);
      const existed = await record(digest, size, labels);
      publish(namespace, '/content/create', { digest, size });
      return { digest, size, existed };
    },
    abort: () => writer.abort(),
  });

  /** A ref is its namespace's own. */
  const refOf = (ref: string): string => `${namespace}/${ref}`;

  const store: ContentStore = {
    codecs: blobs.codecs,
    writer: async (ref, size) => observed(await blobs.writer(refOf(ref), size)),
    put: async (ref, bytes, expected, labels): Promise<Committed> => {
      const writer = await store.writer(ref, bytes.length);
      try {
        await writer.write(bytes);
        return await writer.commit(expected, labels);
      } finally {
        await writer.abort();
      }
    },
    find: async (digest) => {
      const row = findRow(digest);
      return row === undefined ? undefined : infoOf(digest, row);
    },
    info: async (digest) => {
      const row = findRow(digest);
      if (row === undefined) throw new ImageError('content-missing', { digest });
      return infoOf(digest, row);
    },
    async *read(digest) {
      await store.info(digest);
      yield* blobs.read(digest);
    },
    readAll: async (digest) => {
      await store.info(digest);
      return blobs.readAll(digest);
    },
    label: async (digest, labels) => {
      await store.info(digest);
      return update(database, (tx) => {
        const before = getObject(tx, 'content', namespace, digest);
        if (before === undefined) throw new ImageError('content-missing', { digest });
        const changed = keptLabels({ ...before.labels, ...labels });
        requireShortLabels(changed, 'info.Labels');
        const row = { ...before, labels: changed, updated: clock.now().toString() };
        putObject(tx, 'content', namespace, digest, row);
        return infoOf(digest, row);
      });
    },
    async *walk() {
      for (const [digest, row] of meta.read((tx) => [...objects(tx, 'content', namespace)])) yield infoOf(digest, row);
    },
    ingests: async () => {
      const prefix = refOf('');
      return (await blobs.ingests()).filter((ref) => ref.startsWith(prefix)).map((ref) => ref.slice(prefix.length));
    },
    delete: async (digest) => {
      await update(database, (tx) => {
        if (getObject(tx, 'content', namespace, digest) === undefined)
          throw new ImageError('content-missing', { digest });
        deleteObject(tx, 'content', namespace, digest);
        tx.deleted(CONTENT);
      });
      publish(namespace, '/content/delete', { digest });
    },
  };
  return store;
};
