/** Inode numbers, devices and link counts of all kinds of objects, as Linux 6.18 showed them over tmpfs. */
import { expect, it } from 'vitest';
import { NUMBER_TABLES, playNumbers, recordedNumbers } from './rows/numbers.ts';
import { SimulatedMount } from './simulated-mount.ts';

it.each(NUMBER_TABLES)('$name', (table) => {
  expect(playNumbers(new SimulatedMount(2), table)).toEqual(recordedNumbers(table));
});
