import type { MetaStore } from '../snapshots/index.ts';
import { STORE_PORT_LAWS } from './store-laws/port.ts';
import { SNAPSHOT_RECORD_LAWS } from './store-laws/records.ts';
import { createSuite } from './suite.ts';
import type { Suite } from './suite.ts';

/**
 * The laws of the `MetaStore` port, and containerd's cases for the snapshot records that are kept in it, bound to an
 * implementation. `factory` makes an empty store for each law; the suite closes it.
 */
export const metaStoreSuite = (name: string, factory: () => Promise<MetaStore>): Suite =>
  createSuite(name, [...STORE_PORT_LAWS, ...SNAPSHOT_RECORD_LAWS], factory);
