/** What the browser keeps of a visit: the log, and the archives it names. One small IndexedDB. */
import type { KeptLog } from '../../kernel/api.ts';

const NAME = 'layerscope';
const LOG = 'log';
const ARCHIVES = 'archives';

const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('IndexedDB failed')));
  });

const opened = (): Promise<IDBDatabase> => {
  const request = indexedDB.open(NAME, 1);
  request.addEventListener('upgradeneeded', () => {
    request.result.createObjectStore(LOG);
    request.result.createObjectStore(ARCHIVES);
  });
  return done(request);
};

const inStore = async <T>(
  store: string,
  mode: IDBTransactionMode,
  body: (objects: IDBObjectStore) => IDBRequest<T>,
): Promise<T | undefined> => {
  try {
    const database = await opened();
    try {
      return await done(body(database.transaction(store, mode).objectStore(store)));
    } finally {
      database.close();
    }
  } catch {
    // A private window, a full disk: the page works on, and forgets.
    return undefined;
  }
};

export const keepLog = async (log: KeptLog): Promise<void> =>
  void (await inStore(LOG, 'readwrite', (objects) => objects.put(log, 'now')));

export const keptLog = (): Promise<KeptLog | undefined> =>
  inStore<KeptLog | undefined>(LOG, 'readonly', (objects) => objects.get('now'));

export const keepArchive = async (name: string, blob: Blob): Promise<void> =>
  void (await inStore(ARCHIVES, 'readwrite', (objects) => objects.put(blob, name)));

export const keptArchive = (name: string): Promise<Blob | undefined> =>
  inStore<Blob | undefined>(ARCHIVES, 'readonly', (objects) => objects.get(name));

export const forgetEverything = async (): Promise<void> => {
  await inStore(LOG, 'readwrite', (objects) => objects.clear());
  await inStore(ARCHIVES, 'readwrite', (objects) => objects.clear());
};
