/** What a crash leaves in the logs is read, and what only damage leaves is refused: by those who write, and those who look. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openMetaStore } from '../../../../host-adapter/src/metadata/index.ts';
import { openLmdbJournal } from '../../../../host-adapter/src/metadata/lmdb-journal.ts';
import { requires } from '../../../requirements.ts';

const ROWS = 12;

/** The parts of the log that is written: its header, its records one block each. */
const FIRST_BYTES = 0;
const middle = (bytes: Buffer): number => bytes.indexOf('row-5');
const last = (bytes: Buffer): number => bytes.indexOf(`row-${ROWS - 1}`);

const isInDatabase = async (path: string, key: string): Promise<boolean> => {
  const database = openLmdbJournal({ path, readOnly: true });
  const rows = new Map(database.rows());
  await database.close();
  return rows.has(key);
};

describe.skipIf(!requires('linux'))('a log', () => {
  /** As crashes left them: in the first log only; in the second one, when the first is full. */
  let crashed: readonly [string, string];
  let made: string;
  let path: string;
  let folder: string;

  beforeAll(async () => {
    made = mkdtempSync(join(tmpdir(), 'layerscope-crashed-'));
    const live = join(made, 'live.mdb');
    crashed = [join(made, 'first'), join(made, 'second')];
    const store = await openMetaStore(live);
    const writeRows = async (): Promise<void> => {
      for (let row = 0; row < ROWS; row++) await store.write((tx) => tx.put(`row-${row}`, row));
    };
    const copy = (to: string): void => {
      for (const end of ['', '-log.0', '-log.1']) cpSync(`${live}${end}`, join(to, `m.mdb${end}`));
    };
    await writeRows();
    copy(crashed[0]);
    await store.write((tx) => tx.put('big', 'x'.repeat(1_040_000)));
    await writeRows();
    // The rows of the log that is full are on their way into the database.
    do copy(crashed[1]);
    while (!(await isInDatabase(join(crashed[1], 'm.mdb'), 'big')));
    await store.close();
  });
  afterAll(() => rmSync(made, { recursive: true, force: true }));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'layerscope-damaged-'));
    path = join(folder, 'm.mdb');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const change = (log: string, flip: (bytes: Buffer) => number): void => {
    const bytes = readFileSync(log);
    const at = flip(bytes);
    expect(at).toBeGreaterThanOrEqual(0);
    bytes[at]! ^= 1;
    writeFileSync(log, bytes);
  };
  const rowsNow = async (readOnly: boolean): Promise<number> => {
    const store = await openMetaStore(path, { readOnly });
    try {
      return store.read((tx) => [...tx.range('row-')].length);
    } finally {
      await store.close();
    }
  };

  describe.each([
    ['the first', 0],
    ['the second', 1],
  ] as const)('when %s is written', (_name, number) => {
    let log: string;
    beforeEach(() => {
      cpSync(crashed[number], folder, { recursive: true });
      log = `${path}-log.${number}`;
    });

    it('is read when a crash tore nothing, or its last record', async () => {
      expect(await rowsNow(true)).toBe(ROWS);
      change(log, last);
      // Of the second log the row was in the first one, too.
      const expected = number === 0 ? ROWS - 1 : ROWS;
      expect([await rowsNow(true), await rowsNow(false), await rowsNow(false)]).toEqual([expected, expected, expected]);
    });

    it.each([
      ['damaged in the middle', 'cannot be read from byte', (file: string) => change(file, middle)],
      ['without its first bytes', 'its first bytes are damaged', (file: string) => change(file, () => FIRST_BYTES)],
      [
        'with zeros at its beginning',
        'its first bytes are damaged',
        (file: string) => writeFileSync(file, Buffer.concat([Buffer.alloc(512), readFileSync(file).subarray(512)])),
      ],
      ['that was cut', 'was cut to 3000 bytes', (file: string) => truncateSync(file, 3000)],
      ['that was emptied', 'was cut to 0 bytes', (file: string) => truncateSync(file)],
      ['that was deleted', 'is gone', (file: string) => rmSync(file)],
    ] as const)('is refused by name when %s', async (_what, problem, damage) => {
      damage(log);
      const before = existsSync(log) ? readFileSync(log) : undefined;
      for (const readOnly of [true, false, false]) {
        await expect(rowsNow(readOnly)).rejects.toMatchObject({
          code: 'METADATA_DAMAGED',
          message: expect.stringMatching(new RegExp(`^${log} .*${problem}`)),
          advice: expect.stringContaining('Nothing was changed.'),
        });
      }
      expect(before === undefined ? existsSync(log) : !readFileSync(log).equals(before)).toBe(false);
    });
  });

  it('may have a torn header where its rows are in the database', async () => {
    cpSync(crashed[1], folder, { recursive: true });
    // A crash while the first one, which is done with, is begun anew.
    change(`${path}-log.0`, () => FIRST_BYTES);
    expect([await rowsNow(true), await rowsNow(false)]).toEqual([ROWS, ROWS]);
  });

  it('is made again as long as the database is not', async () => {
    writeFileSync(`${path}-log.0`, 'half');
    expect(await rowsNow(false)).toBe(0);
    expect(await rowsNow(true)).toBe(0);
  });
});
