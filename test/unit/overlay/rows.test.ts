/** Single operations on a mount: answers and what is left in the upper layer, as Linux 6.18 gave them. */
import { describe, expect, it } from 'vitest';
import { ROW_TABLES } from './rows/all-rows.ts';
import { playRow, recordedRow } from './rows/row.ts';
import { SimulatedMount } from './simulated-mount.ts';

describe.each(Object.entries(ROW_TABLES))('%s', (_table, rows) => {
  it.each(rows)('$name: $result', (row) => {
    expect(playRow(new SimulatedMount(), row)).toEqual(recordedRow(row));
  });
});
