/** A file tree as lines of text, the same for a folder of the host and for a tree in memory, so that both can be compared. */

/** What is compared of one name. Times are nanoseconds; what a type does not have is `undefined`. */
export interface TreeRecord {
  /** From the root, `''` for the root itself; bytes that are not UTF-8 as in `@layerscope/core/fs`. */
  readonly path: string;
  /** Type and permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: bigint;
  /** `major:minor`. */
  readonly device: string | undefined;
  readonly target: string | undefined;
  readonly size: number | undefined;
  /** Hex SHA-256 of the bytes. */
  readonly content: string | undefined;
  /** Names the inode within its tree, when it has more than one name. */
  readonly inode: string | undefined;
  /** Values in hex. */
  readonly xattrs: readonly (readonly [name: string, value: string])[];
}

/** What a comparison leaves out. */
export interface ListingOptions {
  /** Times from here on (nanoseconds) are the machine's own, not the archive's, and read `now`. */
  readonly now?: bigint;
  /** Attributes of the root directory, which no layer entry sets. */
  readonly root?: boolean;
}

const byPath = (a: TreeRecord, b: TreeRecord): number => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);

/** One line a record, in the order of paths. Hard links name the first path of their inode. */
export const listing = (records: readonly TreeRecord[], options: ListingOptions = {}): readonly string[] => {
  const first = new Map<string, string>();
  const lines: string[] = [];
  for (const record of records.toSorted(byPath)) {
    if (record.path === '' && options.root === false) continue;
    const same = record.inode === undefined ? undefined : first.get(record.inode);
    if (record.inode !== undefined && same === undefined) first.set(record.inode, record.path);
    const facts = [
      JSON.stringify(record.path),
      record.mode.toString(8),
      `${record.uid}:${record.gid}`,
      `mtime ${options.now !== undefined && record.mtime >= options.now ? 'now' : record.mtime}`,
      record.device && `device ${record.device}`,
      record.target !== undefined && `-> ${JSON.stringify(record.target)}`,
      record.size !== undefined && `${record.size} bytes ${record.content}`,
      same !== undefined && `same as ${JSON.stringify(same)}`,
      ...record.xattrs.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}=${value}`),
    ];
    lines.push(facts.filter(Boolean).join(' '));
  }
  return lines;
};

/** The first `limit` lines that only one of two listings has; empty when they are equal. */
export const differences = (ours: readonly string[], theirs: readonly string[], limit = 20): readonly string[] => {
  const right = new Set(theirs);
  const left = new Set(ours);
  return [
    ...ours
      .filter((line) => !right.has(line))
      .map((line) => `ours:   ${line}`)
      .slice(0, limit),
    ...theirs
      .filter((line) => !left.has(line))
      .map((line) => `theirs: ${line}`)
      .slice(0, limit),
  ];
};
