/**
 * The recorded answers of Linux 6.18, asked of the kernel of this machine: a newer one that answers otherwise shows here,
 * row by row. `node test/differential/golden/record.js` records them anew.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { requires } from '../../requirements.ts';
import mountOptions from '../../unit/overlay/golden/mount-options.json' with { type: 'json' };
import { OPTION_SETS } from '../../unit/overlay/mount-option-sets.ts';
import { createRows, playCreate, recordedCreate } from '../../unit/overlay/play-create.ts';
import { playRename, recordedRename, renameRows } from '../../unit/overlay/play-rename.ts';
import { ROW_TABLES } from '../../unit/overlay/rows/all-rows.ts';
import { NUMBER_TABLES, playNumbers, recordedNumbers } from '../../unit/overlay/rows/numbers.ts';
import { playRow, recordedRow } from '../../unit/overlay/rows/row.ts';
import type { Played, Stage } from '../../unit/overlay/stage.ts';
import type { KernelStore } from './kernel-stage.ts';

describe.skipIf(!requires('root', 'overlay-mount'))('this kernel gives the recorded answers', () => {
  let store: KernelStore | undefined;

  afterAll(() => store?.close());

  /** Loaded late: koffi exists only where the requirements are met. */
  const changed = async <Row>(
    rows: readonly Row[],
    play: (stage: Stage, row: Row) => Played,
    recorded: (row: Row) => Played,
    names: readonly string[],
    lowers = 1,
  ): Promise<readonly string[]> => {
    const { KernelStore } = await import('./kernel-stage.ts');
    const kernel = (store ??= new KernelStore());
    return rows.flatMap((row, at) => {
      const now = kernel.on((stage) => play(stage, row), lowers);
      return Object.entries(recorded(row))
        .filter(([what, answer]) => now[what] !== answer)
        .map(([what, answer]) => `${names[at]}: ${what} was\n${answer}\nand is\n${now[what] ?? ''}`);
    });
  };

  it(`to ${createRows.length} ways to make and remove names`, async () => {
    const names = createRows.map(([operation, state, options]) => `${operation} at ${state}, options ${options}`);
    expect(await changed(createRows, playCreate, recordedCreate, names)).toEqual([]);
  });

  it(`to ${OPTION_SETS.length} sets of mount options`, async () => {
    const { kernelOptionAnswers } = await import('./kernel-options.ts');
    const now = kernelOptionAnswers();
    const changes = OPTION_SETS.flatMap(({ hasUpper, words }, at) => {
      const was = mountOptions.texts[mountOptions.sets[at] ?? -1];
      return now[at] === was
        ? []
        : [`${hasUpper ? 'upper' : 'no upper'} ${words.join(',')}: was ${was}, is ${now[at]}`];
    });
    expect(changes).toEqual([]);
  });

  it(`to ${renameRows.length} renames`, async () => {
    const names = renameRows.map(
      (row) =>
        `${row.source} onto ${row.target} in /${row.dir}, ${row.flags}, redirect_dir=${row.redirect ? 'on' : 'off'}`,
    );
    expect(await changed(renameRows, playRename, recordedRename, names)).toEqual([]);
  });

  it.each(Object.entries(ROW_TABLES))('to the single operations: %s', async (_table, rows) => {
    const names = rows.map(({ name }) => name);
    expect(await changed(rows, playRow, recordedRow, names)).toEqual([]);
  });

  it('to what objects have for inode numbers', async () => {
    const names = NUMBER_TABLES.map(({ name }) => name);
    expect(await changed(NUMBER_TABLES, playNumbers, recordedNumbers, names, 2)).toEqual([]);
  });
});
