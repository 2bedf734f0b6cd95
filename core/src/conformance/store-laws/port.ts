import type { MetaReader } from '../../snapshots/index.ts';
import { demandEqual, demandRefused } from '../law.ts';
import type { StoreLaw } from './population.ts';

const keysIn = (tx: MetaReader, prefix: string): readonly string[] => Array.from(tx.range(prefix), ([key]) => key);

const roundTrip: StoreLaw = {
  name: 'Put, get, delete',
  rule: 'What a writer puts is there for it at once and for readers after it; what is deleted is not; missing keys are undefined.',
  async run(store) {
    const value = { text: 'a', list: [1, { deep: true }], nothing: null };
    await store.write((tx) => {
      tx.put('key', value);
      tx.put('gone', 1);
      tx.delete('gone');
      tx.delete('never there');
      demandEqual('the writer reads its own writes', tx.get('key'), value);
    });
    demandEqual(
      'a reader',
      store.read((tx) => [tx.get('key'), tx.get('gone'), tx.get('missing')]),
      [value, undefined, undefined],
    );
    await store.write((tx) => tx.put('key', 2));
    demandEqual(
      'a value replaced',
      store.read((tx) => tx.get('key')),
      2,
    );
  },
};

const order: StoreLaw = {
  name: 'Order',
  rule: 'A range goes through the keys with the prefix, in the order of their UTF-8 bytes.',
  async run(store) {
    const keys = ['a', 'a/', 'a/b', 'a0', 'b', 'é', '\uffff', '🔑', 'a\u0000', 'A'];
    await store.write((tx) => {
      for (const key of keys) tx.put(key, key);
      demandEqual('for the writer', keysIn(tx, 'a'), ['a', 'a\u0000', 'a/', 'a/b', 'a0']);
    });
    const all = ['A', 'a', 'a\u0000', 'a/', 'a/b', 'a0', 'b', 'é', '\uffff', '🔑'];
    demandEqual(
      'everything',
      store.read((tx) => keysIn(tx, '')),
      all,
    );
    demandEqual(
      'a prefix',
      store.read((tx) => keysIn(tx, 'a/')),
      ['a/', 'a/b'],
    );
    demandEqual(
      'a prefix of nothing',
      store.read((tx) => keysIn(tx, 'zz')),
      [],
    );
  },
};

const rollback: StoreLaw = {
  name: 'Rollback',
  rule: 'A writer that throws leaves nothing behind, sooner or later as it may be, and its error comes out.',
  async run(store) {
    await store.write((tx) => tx.put('kept', 1));
    const fails = [
      store.write((tx) => {
        tx.put('kept', 2);
        throw new Error('at once');
      }),
      store.write(async (tx) => {
        tx.put('new', 1);
        tx.delete('kept');
        await Promise.resolve();
        throw new Error('later');
      }),
    ];
    const messages = ['at once', 'later'];
    for (const [index, failing] of fails.entries()) {
      demandEqual('the error', (await demandRefused('a failing writer', failing)).message, messages[index]);
    }
    demandEqual(
      'after two failures',
      store.read((tx) => [tx.get('kept'), tx.get('new')]),
      [1, undefined],
    );
    await store.write((tx) => tx.put('new', 3));
    demandEqual(
      'the next writer',
      store.read((tx) => tx.get('new')),
      3,
    );
  },
};

const isolation: StoreLaw = {
  name: 'Readers see what is committed',
  rule: 'While a writer is at work, readers see the state before it; afterwards all of it.',
  async run(store) {
    await store.write((tx) => tx.put('a', 1));
    await store.write(async (tx) => {
      tx.put('a', 2);
      tx.put('b', 2);
      await Promise.resolve();
      demandEqual(
        'in between',
        store.read((reader) => [reader.get('a'), reader.get('b')]),
        [1, undefined],
      );
    });
    demandEqual(
      'afterwards',
      store.read((tx) => [tx.get('a'), tx.get('b')]),
      [2, 2],
    );
  },
};

const oneWriter: StoreLaw = {
  name: 'One writer at a time',
  rule: 'Writers wait for each other in the order they came, so none loses what another wrote.',
  async run(store) {
    const began: number[] = [];
    const writers = Array.from({ length: 10 }, (_, index) =>
      store.write(async (tx) => {
        began.push(index);
        const count = (tx.get('count') as number | undefined) ?? 0;
        await Promise.resolve();
        tx.put('count', count + 1);
      }),
    );
    await Promise.all(writers);
    demandEqual(
      'count',
      store.read((tx) => tx.get('count')),
      10,
    );
    demandEqual(
      'order',
      began,
      Array.from({ length: 10 }, (_, index) => index),
    );
  },
};

const closed: StoreLaw = {
  name: 'Close',
  rule: 'Closing twice is fine; afterwards nothing can be read or written.',
  async run(store) {
    await store.close();
    await store.close();
    await demandRefused(
      'a write',
      store.write(() => undefined),
    );
    await demandRefused('a read', (async () => store.read(() => undefined))());
  },
};

export const STORE_PORT_LAWS: readonly StoreLaw[] = [roundTrip, order, rollback, isolation, oneWriter, closed];
