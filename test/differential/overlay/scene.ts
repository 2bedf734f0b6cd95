/** What a sequence starts from: the layers, how they are mounted, and the operations. Plain data, so that it can be shrunk and printed. */
export interface Entry {
  readonly kind: 'file' | 'dir' | 'symlink' | 'whiteout' | 'fifo' | 'chr' | 'blk' | 'hardlink';
  readonly mode?: number;
  readonly uid?: number;
  readonly data?: string;
  /** Of a symlink its text, of a hard link the path in the same layer. */
  readonly target?: string;
  readonly xattrs?: Readonly<Record<string, string>>;
  readonly entries?: LayerTree;
}

export type LayerTree = Readonly<Record<string, Entry>>;

export interface Scene {
  /** Top first. */
  readonly lowers: readonly LayerTree[];
  /** Data-only layers. */
  readonly dataLowers: readonly LayerTree[];
  /** What is in the upper layer before the first mount. */
  readonly upper: LayerTree;
  readonly rootMode: number;
  /** The lowers are on a file system of their own. */
  readonly separateFs: boolean;
  readonly redirectDir: 'off' | 'on' | 'nofollow';
  /** Marks are `user.overlay.*`; redirects are then never followed. */
  readonly userxattr: boolean;
  /** Redirects are then on. */
  readonly metacopy: boolean;
  readonly xino: 'on' | 'auto' | 'off';
  /** `nfs` is nfs_export=on, which indexes all that is copied up; never with metacopy. */
  readonly index: 'off' | 'on' | 'nfs';
  readonly operations: readonly Operation[];
}

/** Open descriptors live in numbered slots. */
interface Numbered {
  readonly slot: number;
}
interface At {
  readonly path: string;
  /** As uid 1000 instead of root. */
  readonly user?: boolean;
}

export type Operation =
  | (At & { readonly call: 'stat' | 'lstat' | 'readdir' | 'read' | 'readlink' | 'listxattr' | 'rmdir' | 'unlink' })
  | (At & { readonly call: 'access' | 'mkdir' | 'chmod'; readonly mode: number })
  | (At & { readonly call: 'open'; readonly flags: number; readonly mode: number; readonly slot: number })
  | (At & { readonly call: 'rename' | 'link' | 'tmpfile'; readonly to: string; readonly flags: number })
  | (At & { readonly call: 'getflags' })
  | (At & { readonly call: 'setflags'; readonly flags: number })
  | (At & { readonly call: 'symlink'; readonly target: string })
  | (At & { readonly call: 'mknod'; readonly mode: number; readonly rdev: number })
  | (At & { readonly call: 'chown' | 'lchown'; readonly uid: number; readonly gid: number })
  | (At & { readonly call: 'utimens'; readonly atime: Time; readonly mtime: Time; readonly follow: boolean })
  | (At & { readonly call: 'truncate'; readonly size: number })
  | (At & { readonly call: 'getxattr' | 'removexattr'; readonly name: string })
  | (At & { readonly call: 'setxattr'; readonly name: string; readonly value: string; readonly flags: number })
  | (Numbered & { readonly call: 'close' | 'fstat' | 'fdents' })
  | (Numbered & { readonly call: 'fread'; readonly position: number })
  | (Numbered & { readonly call: 'fwrite'; readonly position: number; readonly data: string })
  | (Numbered & { readonly call: 'fchmod'; readonly mode: number })
  | (Numbered & { readonly call: 'fchown'; readonly uid: number; readonly gid: number })
  | (Numbered & { readonly call: 'futimens'; readonly atime: Time; readonly mtime: Time })
  | (Numbered & { readonly call: 'ftruncate'; readonly size: number })
  | (Numbered & { readonly call: 'fallocate'; readonly mode: number; readonly position: number; readonly size: number })
  | (Numbered & { readonly call: 'fsetxattr'; readonly name: string; readonly value: string; readonly flags: number })
  | (Numbered & { readonly call: 'mkdirat' | 'unlinkat' | 'openat'; readonly path: string });

/** Seconds, now, or leave. */
export type Time = number | 'now' | 'omit';
