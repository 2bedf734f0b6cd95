/**
 * The whole state of a node as rows of text: what can be compared, and what the state's hash is made of.
 *
 *   disk/var/lib/containerd/…      every name on the disk: inode number, attributes, listing order, digest of the bytes
 *   mount/3, mount/3/dev/null      every mount, and what is on file systems that only a mount shows
 *   store/meta/ns/default/…        every record of every store
 *   log/12                         lines of the kernel's log
 *   clock, random                  where the sources of times and chance stand
 */
import { type Content, type FileSystem, type Inode, S_IFDIR, S_IFLNK, S_IFREG, decodeName } from '../../fs/index.ts';
import type { SimulatedKernel } from '../../kernel/index.ts';
import type { MetaStore } from '../../snapshots/index.ts';
import type { MountNamespace, Mounted } from '../../vfs/index.ts';

/** The part of a state under one key. `content` are the bytes of a file, `text` is everything else. */
export interface StateRow {
  readonly text: string;
  readonly content?: Content;
}

export type StateRows = ReadonlyMap<string, StateRow>;

export interface CaptureSources {
  readonly kernel: SimulatedKernel;
  readonly stores: ReadonlyMap<string, MetaStore>;
  /** Further rows by key: anything JSON can tell. */
  readonly others: Readonly<Record<string, unknown>>;
}

/** JSON with sorted keys; bigints as decimal digits. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner === 'bigint') return inner.toString();
    if (inner instanceof Uint8Array) return [...inner];
    if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).toSorted(([one], [other]) => (one < other ? -1 : 1)));
  });

type Rows = Map<string, StateRow>;

const xattrsOf = (fs: FileSystem, inode: Inode): Readonly<Record<string, string>> =>
  Object.fromEntries(
    fs.listxattr(inode).map((name) => [name, decodeName(fs.getxattr(inode, name) ?? new Uint8Array(0))]),
  );

const captureTree = (rows: Rows, fs: FileSystem, key: string, inode: Inode): void => {
  const { ino, mode, nlink, uid, gid, rdev, size, atime, mtime, ctime, btime } = fs.getattr(inode);
  const names = inode.type === S_IFDIR ? fs.readdir(inode).map(({ name }) => name) : undefined;
  const text = canonical({
    ino,
    mode: mode.toString(8),
    nlink,
    uid,
    gid,
    rdev,
    size,
    atime,
    mtime,
    ctime,
    btime,
    xattrs: xattrsOf(fs, inode),
    ...(inode.type === S_IFLNK ? { target: fs.readlink(inode) } : {}),
    ...(names === undefined ? {} : { names }),
  });
  const content = inode.type === S_IFREG ? fs.content?.(inode) : undefined;
  rows.set(key, content === undefined ? { text } : { text, content });
  for (const name of names ?? []) {
    const child = fs.lookup(inode, name);
    if (child !== undefined) captureTree(rows, fs, `${key}/${name}`, child);
  }
};

const mountText = (mounted: Mounted): string => {
  const { id, parent, at, root, flags, users, superblock, fs } = mounted;
  const { source, options, readOnly, mounts } = superblock;
  return canonical({
    id,
    parent: parent?.id,
    at: at?.ino,
    root: root.ino,
    flags,
    users,
    superblock: { type: fs.type, dev: fs.dev, source, options, readOnly, mounts },
  });
};

const namespaceOf = (kernel: SimulatedKernel): MountNamespace => {
  const process = kernel.spawn();
  process.exit();
  return process.namespace;
};

/** Reads everything. It leaves traces, like every reader: take them back. */
export const captureRows = ({ kernel, stores, others }: CaptureSources): StateRows => {
  const rows: Rows = new Map();
  const namespace = namespaceOf(kernel);
  const seen = new Set<FileSystem>();
  for (const mounted of namespace.mounts()) {
    const isRoot = mounted === namespace.root;
    const key = isRoot ? 'disk' : `mount/${mounted.id}`;
    rows.set(`mount/${mounted.id}`, { text: mountText(mounted) });
    // What an overlay shows is on the disk already; binds show what another mount has.
    if (mounted.fs.type === 'overlay' || seen.has(mounted.fs)) continue;
    seen.add(mounted.fs);
    captureTree(rows, mounted.fs, isRoot ? key : `${key}/tree`, mounted.fs.root);
    rows.set(`${key}/space`, { text: canonical(mounted.fs.statfs()) });
  }
  for (const [name, store] of stores)
    store.read((tx) => {
      for (const [key, value] of tx.range('')) rows.set(`store/${name}/${key}`, { text: canonical(value) });
    });
  kernel.dmesg().forEach((line, number) => rows.set(`log/${number}`, { text: line }));
  for (const [key, value] of Object.entries(others)) rows.set(key, { text: canonical(value) });
  return rows;
};
