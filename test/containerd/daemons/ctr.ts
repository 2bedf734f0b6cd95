/** What `ctr` prints, read back. */
import type { Mount } from '@layerscope/core/kernel';

/** A row of `ctr snapshots ls`. */
export interface SnapshotRow {
  readonly key: string;
  /** `''` = none. */
  readonly parent: string;
  readonly kind: string;
}

export const snapshotRows = (output: string): readonly SnapshotRow[] =>
  output
    .split('\n')
    .slice(1)
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const words = line.trim().split(/\s+/);
      const [key = '', parent = '', kind = ''] = words.length === 2 ? [words[0], '', words[1]] : words;
      return { key, parent, kind };
    });

/** `ctr snapshots mounts TARGET KEY` prints mount(8) commands. */
export const printedMounts = (output: string): readonly Mount[] =>
  output
    .split('\n')
    .filter((line) => line.startsWith('mount '))
    .map((line) => {
      const [, , type = '', source = '', , , options = ''] = line.split(' ');
      return { type, source, options: options.split(',') };
    });
