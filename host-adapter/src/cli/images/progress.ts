import type { WriteStream } from 'node:tty';
import { formatBytes } from '../render/units.ts';

/** A one-line progress display. */
export interface Progress {
  /** `done` and `total` in bytes; a total of 0 is unknown. */
  update(what: string, done: number, total: number): void;
  /** Clears the line, so that what is printed next stands alone. */
  end(): void;
}

const BAR_WIDTH = 24;
/** Redraws per second are bounded: a terminal is slower than an in-memory file system. */
const REDRAW_MS = 50;

const bar = (fraction: number): string => {
  const full = Math.round(Math.min(1, fraction) * BAR_WIDTH);
  return '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full);
};

/** A progress bar on `stream` when it is a terminal, silence when it is a pipe or a file. */
export const createProgress = (stream: WriteStream | NodeJS.WriteStream): Progress => {
  if (!stream.isTTY) return { update: () => {}, end: () => {} };
  let last = 0;
  let shown = false;
  return {
    update: (what, done, total) => {
      const now = performance.now();
      if (now - last < REDRAW_MS && done !== total) return;
      last = now;
      shown = true;
      const line =
        total > 0
          ? `${bar(done / total)} ${formatBytes(done)} of ${formatBytes(total)}  ${what}`
          : `${formatBytes(done)}  ${what}`;
      stream.write(`\r\u001b[K${line.slice(0, (stream.columns ?? 80) - 1)}`);
    },
    end: () => {
      if (shown) stream.write('\r\u001b[K');
    },
  };
};
