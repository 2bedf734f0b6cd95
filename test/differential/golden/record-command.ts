import { writeFileSync } from 'node:fs';
import { createRows, playCreate } from '../../unit/overlay/play-create.ts';
import { playRename, renameRows } from '../../unit/overlay/play-rename.ts';
import { recordOptions } from './kernel-options.ts';
import { KernelStore } from './kernel-stage.ts';

/** Texts that many rows share, by number. */
class Texts {
  readonly #numbers = new Map<string, number>();

  numberOf(text = ''): number {
    const known = this.#numbers.get(text) ?? this.#numbers.size;
    this.#numbers.set(text, known);
    return known;
  }

  /** One line a text or row, so that a difference is a line of `git diff`. */
  file(rows: readonly (readonly (string | number)[])[]): string {
    const lines = (items: readonly unknown[]): string => items.map((item) => JSON.stringify(item)).join(',\n');
    return `{"texts":[\n${lines([...this.#numbers.keys()])}\n],"rows":[\n${lines(rows)}\n]}\n`;
  }
}

const GOLDEN = 'test/unit/overlay/golden';

const recordCreate = (store: KernelStore): string => {
  const texts = new Texts();
  const rows = createRows.map((row) => {
    const [operation, state, options] = row;
    const { result = '', upper, merged } = store.on((stage) => playCreate(stage, row));
    return [operation, state, options, result, texts.numberOf(upper), texts.numberOf(merged)];
  });
  return texts.file(rows);
};

const recordRename = (store: KernelStore): string => {
  const texts = new Texts();
  const rows = renameRows.map((row) => {
    const { result = '', upper, upperDirs, merged, remounted } = store.on((stage) => playRename(stage, row));
    if (merged !== remounted) console.error(`${row.source} onto ${row.target} is not the same after a remount`);
    const numbers = [upper, upperDirs, merged].map((text) => texts.numberOf(text));
    return [row.source, row.target, row.dir, row.flags, row.redirect ? 1 : 0, result, ...numbers];
  });
  return texts.file(rows);
};

const store = new KernelStore();
try {
  writeFileSync(`${GOLDEN}/create-matrix.json`, recordCreate(store));
  writeFileSync(`${GOLDEN}/rename-matrix.json`, recordRename(store));
} finally {
  store.close();
}
writeFileSync(`${GOLDEN}/mount-options.json`, recordOptions());
