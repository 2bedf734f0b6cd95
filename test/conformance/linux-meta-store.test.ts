/** The durable store keeps the promises of the port, and a second store on the same file sees what was kept. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { metaStoreSuite, register } from '@layerscope/core/conformance';
import { describe, it } from 'vitest';
import { openMetaStore } from '../../host-adapter/src/metadata/index.ts';
import { requires } from '../requirements.ts';

describe.skipIf(!requires('linux'))('on Linux', () => {
  register(
    metaStoreSuite('the durable store', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'layerscope-store-'));
      const store = await openMetaStore(join(folder, 'metadata.mdb'));
      return {
        ...store,
        close: async () => {
          await store.close();
          rmSync(folder, { recursive: true, force: true });
        },
      };
    }),
    { describe, it },
  );
});
