/** The snapshots that the laws on records start from, and laws on a store that holds them. */
import { steppingClock } from '../../fs/index.ts';
import type { Clock } from '../../fs/index.ts';
import { commitActive, createSnapshot, idMap } from '../../snapshots/index.ts';
import type { Usage } from '../../kernel/index.ts';
import type { ErrorClass, MetaStore, MetaWriter } from '../../snapshots/index.ts';
import { demandEqual, demandRefused } from '../law.ts';
import type { Law } from '../law.ts';

export type StoreLaw = Law<MetaStore>;

export const USAGE: Usage = { inodes: 5, size: 16_384 };

export const newClock = (): Clock => steppingClock(1_000_000_000n);

/** Two chains of committed snapshots with active ones and views on them: key to parent; ids go up from 1. */
const populate = (store: MetaStore, clock: Clock): Promise<void> =>
  store.write((tx) => {
    const commit = (name: string, parent: string): void => {
      createSnapshot(tx, clock, 'Active', `${name}-active`, parent);
      commitActive(tx, clock, `${name}-active`, name, USAGE);
    };
    commit('committed-1', '');
    commit('committed-2', 'committed-1');
    createSnapshot(tx, clock, 'Active', 'active-1', '');
    createSnapshot(tx, clock, 'Active', 'active-2', 'committed-1');
    createSnapshot(tx, clock, 'Active', 'active-3', 'committed-2');
    createSnapshot(tx, clock, 'View', 'view-1', '');
    createSnapshot(tx, clock, 'View', 'view-2', 'committed-2');
  });

export const POPULATION: readonly (readonly [name: string, kind: string, parent: string, id: string])[] = [
  ['active-1', 'Active', '', '3'],
  ['active-2', 'Active', 'committed-1', '4'],
  ['active-3', 'Active', 'committed-2', '5'],
  ['committed-1', 'Committed', '', '1'],
  ['committed-2', 'Committed', 'committed-1', '2'],
  ['view-1', 'View', '', '6'],
  ['view-2', 'View', 'committed-2', '7'],
];

/** A law on a store that holds `POPULATION`. */
export const populated = (
  name: string,
  rule: string,
  body: (store: MetaStore, clock: Clock) => Promise<void>,
): StoreLaw => ({
  name,
  rule,
  async run(store) {
    const clock = newClock();
    await populate(store, clock);
    await body(store, clock);
  },
});

/** A law that one write is refused with a class and a text. */
export const refused = (
  name: string,
  rule: string,
  code: ErrorClass,
  text: string,
  body: (tx: MetaWriter, clock: Clock) => unknown,
): StoreLaw =>
  populated(name, rule, async (store, clock) => {
    const failing = store.write((tx) => void body(tx, clock));
    const error = await demandRefused(name, failing, code);
    demandEqual('text', error.message, text);
    demandEqual(
      'ids in use after it',
      store.read((tx) => [...idMap(tx).keys()].toSorted()),
      [...'1234567'],
    );
  });
