import type { Delta } from '../../../timeline/index.ts';
import type { DirectoryInode, MemoryInode } from '../inode.ts';

interface Attached {
  readonly name: string;
  readonly child: MemoryInode;
}

interface Detached extends Attached {
  /** Its row in the listing: listings are in order of creation, and a name that comes back must come back there. */
  readonly row: number;
}

/** The names that one step added to a directory and took from it, in order. */
export class EntryChanges implements Delta {
  readonly step: number;
  readonly #dir: DirectoryInode;
  readonly #changes: (Attached | Detached)[] = [];
  #detaches = false;

  constructor(dir: DirectoryInode, step: number) {
    this.#dir = dir;
    this.step = step;
  }

  attached(name: string, child: MemoryInode): void {
    this.#changes.push({ name, child });
  }

  /** To be told before it goes. */
  detached(name: string): void {
    const child = this.#dir.get(name);
    if (child === undefined) return;
    this.#detaches = true;
    this.#changes.push({ name, child, row: rowOf(this.#dir, name) });
  }

  undo(): void {
    const dir = this.#dir;
    if (!this.#detaches) {
      for (const { name } of this.#changes) dir.entries?.delete(name);
    } else {
      const rows = [...(dir.entries ?? [])];
      for (const change of this.#changes.toReversed()) {
        if ('row' in change) rows.splice(change.row, 0, [change.name, change.child]);
        else
          rows.splice(
            rows.findLastIndex(([name]) => name === change.name),
            1,
          );
      }
      dir.entries = new Map(rows);
    }
    settle(dir);
  }

  redo(): void {
    const dir = this.#dir;
    dir.entries ??= new Map();
    for (const change of this.#changes) {
      if ('row' in change) dir.entries.delete(change.name);
      else dir.entries.set(change.name, change.child);
    }
    settle(dir);
  }
}

const settle = (dir: DirectoryInode): void => {
  if (dir.entries?.size === 0) dir.entries = undefined;
  dir.listing = undefined;
};

const rowOf = (dir: DirectoryInode, wanted: string): number => {
  let row = 0;
  for (const name of dir.entries?.keys() ?? []) {
    if (name === wanted) return row;
    row += 1;
  }
  return row;
};
