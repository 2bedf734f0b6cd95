import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Journal } from '@layerscope/core/snapshots';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logPaths, readBehindLog, WriteAheadLog } from '../../../../host-adapter/src/metadata/write-ahead-log.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'layerscope-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Rows = Map<string, unknown>;

/** A database of which a copy can be taken at any moment, as a crash would. */
const database = (rows: Rows): Journal => ({
  *rows() {
    yield* rows;
  },
  append: async (written) => {
    await Promise.resolve();
    for (const [key, value] of written) {
      if (value === undefined) rows.delete(key);
      else rows.set(key, value);
    }
  },
  close: async () => undefined,
});

const load = (journal: Journal): Rows => {
  const rows: Rows = new Map();
  for (const [key, value] of journal.rows()) {
    if (value === undefined) rows.delete(key);
    else rows.set(key, value);
  }
  return rows;
};

const sorted = (rows: Rows): readonly (readonly [string, unknown])[] =>
  [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1));

/** As a crash right now would leave it, opened again. */
const afterCrash = async (rows: Rows, name: string): Promise<Rows> => {
  const copy = join(folder, 'copy');
  cpSync(join(folder, 'live'), copy, { recursive: true });
  const log = new WriteAheadLog(database(new Map(rows)), join(copy, name));
  const found = load(log);
  expect(sorted(load(readBehindLog(database(new Map(rows)), join(copy, name))))).toEqual(sorted(found));
  await log.close();
  rmSync(copy, { recursive: true });
  return found;
};

describe('WriteAheadLog', () => {
  it('loses nothing that was acknowledged, wherever it is stopped, over many turns of the logs', async () => {
    mkdirSync(join(folder, 'live'));
    const base: Rows = new Map();
    let log = new WriteAheadLog(database(base), join(folder, 'live', 'm'));
    const expected = load(log);
    for (let step = 0; step < 240; step++) {
      const key = `key-${(step * 7) % 40}`;
      const value = step % 5 === 4 ? undefined : { step, text: 'x'.repeat(step % 3 === 0 ? 120_000 : 50) };
      await log.append([[key, value]]);
      if (value === undefined) expected.delete(key);
      else expected.set(key, value);
      if (step % 20 === 0) expect(sorted(await afterCrash(base, 'm'))).toEqual(sorted(expected));
      if (step % 60 === 30) {
        await log.close();
        expect(sorted(base)).toEqual(sorted(expected));
        log = new WriteAheadLog(database(base), join(folder, 'live', 'm'));
        expect(sorted(load(log))).toEqual(sorted(expected));
      }
    }
    await log.close();
  });

  it('ends before a transaction that was written in part', async () => {
    const path = join(folder, 'm');
    const log = new WriteAheadLog(database(new Map()), path);
    load(log);
    await log.append([['whole', 1]]);
    await log.append([
      ['torn', 1],
      ['whole', 2],
    ]);
    const file = logPaths(path)[0];
    const bytes = readFileSync(file);
    bytes[bytes.indexOf('torn')] = 0;
    writeFileSync(file, bytes);
    const again = new WriteAheadLog(database(new Map()), path);
    expect(sorted(load(again))).toEqual([['whole', 1]]);
    await again.append([['next', 3]]);
    expect(sorted(load(again))).toEqual([
      ['next', 3],
      ['whole', 1],
    ]);
    await again.close();
  });

  it('begins every record at a block of the disk, so that no block of an older one is written again', async () => {
    const path = join(folder, 'm');
    const log = new WriteAheadLog(database(new Map()), path);
    load(log);
    const [file] = logPaths(path);
    let before = Buffer.alloc(0);
    for (let step = 0; step < 20; step++) {
      await log.append([[`key-${step}`, 'ü'.repeat(step * 97)]]);
      const now = readFileSync(file);
      const at = now.indexOf(`key-${step}`) - '[["'.length - 8;
      expect(at % 512).toBe(0);
      if (step > 0) expect(now.subarray(0, at).equals(before.subarray(0, at))).toBe(true);
      before = now;
    }
    await log.close();
  });

  it('reads a log whose records end anywhere, as older programs wrote it, and goes on in the other', async () => {
    const path = join(folder, 'm');
    const record = (rows: string, generation: number): Buffer => {
      const head = Buffer.alloc(8);
      head.writeUInt32LE(rows.length, 0);
      head.writeUInt32LE(crc32(rows, generation), 4);
      return Buffer.concat([head, Buffer.from(rows)]);
    };
    const header = Buffer.alloc(16);
    header.writeUInt32LE(0x4c53_574c, 0);
    header.writeBigUInt64LE(7n, 8);
    header.writeUInt32LE(crc32(header.subarray(8)), 4);
    const records = [record('[["a",1]]', 7), record('[["b",2],["a"]]', 7)];
    writeFileSync(logPaths(path)[0], Buffer.concat([header, ...records, Buffer.alloc(1 << 20)]));
    const rows: Rows = new Map();
    const log = new WriteAheadLog(database(rows), path);
    expect(sorted(load(log))).toEqual([['b', 2]]);
    await log.append([['c', 3]]);
    expect(sorted(load(readBehindLog(database(new Map()), path)))).toEqual([
      ['b', 2],
      ['c', 3],
    ]);
    await log.close();
    expect(sorted(rows)).toEqual([
      ['b', 2],
      ['c', 3],
    ]);
  });

  it('takes a transaction larger than its files, and keeps it', async () => {
    const path = join(folder, 'm');
    const log = new WriteAheadLog(database(new Map()), path);
    load(log);
    const large = 'y'.repeat(3_000_000);
    await log.append([['large', large]]);
    await log.append([['after', 1]]);
    expect(load(readBehindLog(database(new Map()), path)).get('large')).toBe(large);
    await log.close();
  });

  it('refuses what comes after a failure until it is asked what it has', async () => {
    const path = join(folder, 'm');
    const rows: Rows = new Map();
    let broken = false;
    const base = database(rows);
    const log = new WriteAheadLog(
      { ...base, append: (written) => (broken ? Promise.reject(new Error('disk full')) : base.append(written)) },
      path,
    );
    load(log);
    const text = 'z'.repeat(600_000);
    await log.append([['a', text]]);
    broken = true;
    await log.append([['b', text]]);
    await expect(log.append([['c', text]])).rejects.toThrow('disk full');
    await expect(log.append([['d', 1]])).rejects.toThrow('disk full');
    broken = false;
    expect([...load(log).keys()].toSorted()).toEqual(['a', 'b']);
    await log.append([['e', text]]);
    await log.close();
    expect([...rows.keys()].toSorted()).toEqual(['a', 'b', 'e']);
  });
});
