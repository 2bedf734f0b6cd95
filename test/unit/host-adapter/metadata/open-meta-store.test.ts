import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FsError } from '@layerscope/core/fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { open } from 'lmdb';
import { MetadataError, openMetaStore } from '../../../../host-adapter/src/metadata/index.ts';
import { requires } from '../../../requirements.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'layerscope-metadata-'));
  path = join(folder, 'metadata.mdb');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!requires('linux'))('openMetaStore', () => {
  it('keeps rows of any key across closing and opening', async () => {
    const keys = ['a', 'é🔑', 'n'.repeat(5000), `${'n'.repeat(5000)}2`, 'a\u0000b', '\uffff'];
    const store = await openMetaStore(path);
    await store.write((tx) => {
      for (const key of keys) tx.put(key, { key });
      tx.put('gone', 1);
    });
    await store.write((tx) => tx.delete('gone'));
    await store.close();
    const again = await openMetaStore(path);
    const rows = again.read((tx) => [...tx.range('')]);
    await again.close();
    expect(rows.map(([key]) => key).toSorted()).toEqual(keys.toSorted());
    for (const [key, value] of rows) expect(value).toEqual({ key });
  });

  it('refuses a root that is in use, and says by whom', async () => {
    const store = await openMetaStore(path);
    try {
      const refused = openMetaStore(path);
      await expect(refused).rejects.toThrow(new RegExp(`in use by process ${process.pid}$`));
      await expect(refused).rejects.toMatchObject({ code: 'METADATA_IN_USE' });
      // Looking is allowed.
      await (await openMetaStore(path, { readOnly: true })).close();
    } finally {
      await store.close();
    }
    await (await openMetaStore(path)).close();
  });

  it('keeps the file to its owner', async () => {
    await (await openMetaStore(path)).close();
    for (const file of [path, `${path}.lock`, `${path}-lock`, `${path}-log.0`, `${path}-log.1`])
      expect(statSync(file).mode & 0o077).toBe(0);
  });

  it('refuses what a newer program wrote and what is no metadata', async () => {
    await (await openMetaStore(path)).close();
    const environment = open({ path, noSubdir: true, maxDbs: 2 });
    await environment.openDB('about', { encoding: 'json' }).put('version', 99);
    await environment.close();
    await expect(openMetaStore(path)).rejects.toMatchObject({ code: 'METADATA_VERSION' });
    const other = join(folder, 'other.mdb');
    writeFileSync(other, 'not a database'.repeat(1000));
    await expect(openMetaStore(other)).rejects.toMatchObject({ code: 'METADATA_DAMAGED' });
    await expect(openMetaStore(join(folder, 'none'), { readOnly: true })).rejects.toThrow(MetadataError);
  });

  it('opens 10,000 rows', async () => {
    const store = await openMetaStore(path);
    await store.write((tx) => {
      for (let index = 0; index < 10_000; index++) tx.put(`s/key-${index}`, { index, text: 'x'.repeat(200) });
    });
    await store.close();
    const again = await openMetaStore(path);
    expect(again.read((tx) => tx.get('s/key-9999'))).toMatchObject({ index: 9999 });
    await again.close();
  });
});

describe.skipIf(!requires('linux', 'root'))('a full disk', () => {
  it('refuses the write, forgets it, and goes on when there is room again', async () => {
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2600k', 'tmpfs', folder]);
    expect(mounted.status).toBe(0);
    try {
      const store = await openMetaStore(path);
      await store.write((tx) => tx.put('kept', 'here'));
      appendFileSync(join(folder, 'filler'), Buffer.alloc(200_000));
      // More than both logs take, whose room on the disk is theirs already.
      const big = 'x'.repeat(20_000);
      const outcomes = await Promise.allSettled(
        Array.from({ length: 150 }, (_, index) => store.write((tx) => tx.put(`row-${index}`, big))),
      );
      const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(refused.length).toBeGreaterThan(0);
      // A page that was written in part is EIO to lmdb.
      for (const { reason } of refused) expect((reason as FsError).code).toMatch(/^(?:ENOSPC|EIO)$/);
      const kept = outcomes.flatMap(({ status }, index) => (status === 'fulfilled' ? [`row-${index}`] : []));
      const keysNow = (): readonly string[] => store.read((tx) => Array.from(tx.range('row-'), ([key]) => key));
      rmSync(join(folder, 'filler'));
      await store.write((tx) => tx.put('later', 1));
      expect(keysNow().toSorted()).toEqual(kept.toSorted());
      await store.close();
      const again = await openMetaStore(path);
      expect(again.read((tx) => [tx.get('kept'), tx.get('later')])).toEqual(['here', 1]);
      expect(again.read((tx) => Array.from(tx.range('row-'), ([key]) => key)).toSorted()).toEqual(kept.toSorted());
      await again.close();
    } finally {
      spawnSync('umount', ['-l', folder]);
    }
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(folder);
  });
});
