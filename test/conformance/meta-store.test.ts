import { metaStoreSuite, register, runSuite } from '@layerscope/core/conformance';
import { createMemoryMetaStore } from '@layerscope/core/snapshots';
import type { MetaStore, MetaWriter } from '@layerscope/core/snapshots';
import { describe, expect, it } from 'vitest';

register(
  metaStoreSuite('the store in memory', async () => createMemoryMetaStore()),
  { describe, it },
);

/** A store over the one in memory, with one promise broken. */
const broken = (change: (store: MetaStore) => Partial<MetaStore>) => async (): Promise<MetaStore> => {
  const store = createMemoryMetaStore();
  return { ...store, ...change(store) };
};

const BROKEN: Record<string, { make: () => Promise<MetaStore>; law: string }> = {
  'a failing writer leaves its writes': {
    make: broken((store) => ({
      async write<T>(body: (tx: MetaWriter) => Promise<T> | T): Promise<T> {
        let failure: { error: unknown } | undefined;
        const value = await store.write(async (tx) => {
          try {
            return await body(tx);
          } catch (error) {
            failure = { error };
            return undefined as T;
          }
        });
        if (failure !== undefined) throw failure.error;
        return value;
      },
    })),
    law: 'Rollback',
  },
  'ranges ignore what follows the prefix': {
    make: broken((store) => ({
      read: (body) =>
        store.read((tx) => body({ get: (key) => tx.get(key), range: (prefix) => tx.range(prefix.slice(0, -1)) })),
    })),
    law: 'Order',
  },
  'writers do not wait for each other': {
    make: async () => {
      const store = createMemoryMetaStore();
      return {
        ...store,
        async write(body) {
          const writes: [string, unknown][] = [];
          const value = await body({
            get: (key) => store.read((tx) => tx.get(key)),
            range: (prefix) => store.read((tx) => [...tx.range(prefix)]),
            put: (key, put) => void writes.push([key, put]),
            delete: (key) => void writes.push([key, undefined]),
          });
          await store.write((tx) => {
            for (const [key, put] of writes) {
              if (put === undefined) tx.delete(key);
              else tx.put(key, put);
            }
          });
          return value;
        },
      };
    },
    law: 'One writer at a time',
  },
};

describe('a broken store is caught', () => {
  for (const [what, { make, law }] of Object.entries(BROKEN)) {
    it(`when ${what}`, async () => {
      const report = await runSuite(metaStoreSuite(what, make));
      const caught = report.verdicts.filter((verdict) => !verdict.held).map((verdict) => verdict.name);
      expect(caught).toContain(law);
    });
  }
});
