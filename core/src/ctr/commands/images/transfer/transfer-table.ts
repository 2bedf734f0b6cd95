/** What ctr shows while blobs travel, as it stands at the end. */
import { table } from '../../../print/table.ts';
import { binarySize } from '../../../print/units.ts';

export interface TransferTable {
  /** `bytes`: what had to travel for it; 0 for what was there. */
  add(name: string, state: 'resolved' | 'done', bytes: number): void;
  text(): string;
}

const BAR = `|${'+'.repeat(38)}|`;
const SECOND = 1_000_000_000;

export const createTransferTable = (now: () => bigint): TransferTable => {
  const begin = now();
  const rows: (readonly string[])[] = [];
  let total = 0;
  return {
    add: (name, state, bytes) => {
      rows.push([`${name}:`, state.padEnd(14), BAR, '']);
      total += bytes;
    },
    text: () => {
      const seconds = Number(now() - begin) / SECOND;
      const size = binarySize(total).slice(0, 6).padStart(7);
      const rate = binarySize(seconds === 0 ? 0 : Math.trunc(total / seconds));
      return table([...rows, [`elapsed: ${seconds.toFixed(1).padEnd(4)}s`, `total: ${size}`, `(${rate}/s)`, '']]);
    },
  };
};
