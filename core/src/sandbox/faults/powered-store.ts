import type { MetaStore } from '../../snapshots/index.ts';
import type { Power } from './power.ts';

/** A store of records under power: a transaction is durable once it is committed, and one that was cut short is not. */
export const poweredStore = (store: MetaStore, name: string, power: Power): MetaStore => ({
  read: (body) => store.read(body),
  write: async (body) => {
    let after: (() => void) | undefined;
    const answer = await store.write(async (tx) => {
      const value = await body(tx);
      after = power.step({ on: 'store', call: 'commit', path: name }) ?? undefined;
      return value;
    });
    after?.();
    return answer;
  },
  close: async () => {},
});
