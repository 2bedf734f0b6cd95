import { existsSync, rmSync } from 'node:fs';
import { type MetaStore, createMemoryMetaStore } from '@layerscope/core/snapshots';
import { lockFile } from './file-lock.ts';
import { openLmdbJournal } from './lmdb-journal.ts';
import { logPaths, readBehindLog, WriteAheadLog } from './write-ahead-log.ts';

export interface OpenMetaStoreOptions {
  /** Without the lock, while another process works with it; `write` must not be called. */
  readonly readOnly?: boolean;
}

/**
 * Opens the durable metadata of a snapshotter, a file like `<root>/metadata.mdb` with its log beside it, and makes it when
 * it is missing. Rows
 * are read into memory once (10,000 snapshots take some 10 MB); a write resolves when it is flushed to disk.
 *
 * MetadataError: METADATA_IN_USE (another process has it; the text tells its id), METADATA_VERSION, METADATA_DAMAGED.
 * Failed writes reject with the `FsError` of the disk (ENOSPC, EIO), and the store goes on with what is on it.
 *
 * @example
 * const store = await openMetaStore('/var/lib/layerscope/metadata.mdb');
 * const snapshotter = await createOverlayfsSnapshotter({ root: '/var/lib/layerscope', kernel, store });
 */
export const openMetaStore = async (
  path: string,
  { readOnly = false }: OpenMetaStoreOptions = {},
): Promise<MetaStore> => {
  if (readOnly) return createMemoryMetaStore(readBehindLog(openLmdbJournal({ path, readOnly }), path));
  const unlock = lockFile(`${path}.lock`, path);
  try {
    // Logs whose database was taken away would bring back a part of it.
    if (!existsSync(path)) for (const log of logPaths(path)) rmSync(log, { force: true });
    const journal = new WriteAheadLog(openLmdbJournal({ path }), path);
    return createMemoryMetaStore({
      rows: () => journal.rows(),
      append: (written) => journal.append(written),
      close: async () => {
        await journal.close();
        unlock();
      },
    });
  } catch (error) {
    unlock();
    throw error;
  }
};
