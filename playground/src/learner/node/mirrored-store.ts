/** The node's store as the learner's file sees it: a copy to read, and each transaction carried over when it is done. */
import { createMemoryMetaStore, type MetaStore, type MetaWriter } from '@layerscope/core/snapshots';
import type { Change, Row } from './protocol.ts';

/** `carry` answers when the node has the changes; when it has not, nothing has changed here, either. */
export const mirroredStore = async (
  rows: readonly Row[],
  carry: (changes: readonly Change[]) => Promise<void>,
): Promise<MetaStore> => {
  const copy = createMemoryMetaStore();
  await copy.write((tx) => {
    for (const [key, value] of rows) tx.put(key, value);
  });
  return {
    read: (body) => copy.read(body),
    write: (body) =>
      copy.write(async (tx) => {
        const changes: Change[] = [];
        const noted: MetaWriter = {
          get: (key) => tx.get(key),
          range: (prefix) => tx.range(prefix),
          put: (key, value) => {
            tx.put(key, value);
            changes.push({ key, value });
          },
          delete: (key) => {
            tx.delete(key);
            changes.push({ key });
          },
        };
        const result = await body(noted);
        if (changes.length > 0) await carry(changes);
        return result;
      }),
    close: async () => undefined,
  };
};
