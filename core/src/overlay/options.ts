import type { Caller, Inode, Random, Tree } from '../fs/index.ts';
import type { Recorder } from '../timeline/index.ts';
import type { OverlayEvent } from './events.ts';

/**
 * Mount options that are understood, under their kernel names. The defaults are those of the mainline kernel with
 * `redirect_always_follow=Y`: redirects are never made, but those that are there are followed.
 */
export interface OverlayOptions {
  /** `on` lets merged directories be renamed; `off` means `follow` (redirect_always_follow=Y). */
  readonly redirectDir?: 'on' | 'follow' | 'nofollow' | 'off';
  /** Keeps the marks in `user.overlay.*`, for mounts without CAP_SYS_ADMIN. Redirects are then not followed. */
  readonly userxattr?: boolean;
  /** `auto` and `on` write a random id on an upper root that has none (`auto`: only on one never used before). */
  readonly uuid?: 'auto' | 'on' | 'off' | 'null';
  /**
   * A change of attributes, a link or a rename copies up a regular file without its bytes; they follow when they are to
   * be written. Implies `redirectDir: 'on'`. Without it a file of this kind in a layer is EPERM.
   */
  readonly metacopy?: boolean;
  /**
   * Hard links of a lower file stay linked when one of them is copied up: the work directory keeps an index of such
   * files. The upper layer then belongs to its lowers: ESTALE with others, EBUSY when it is mounted twice.
   */
  readonly index?: boolean;
  /** Every copied-up object is in the index, so that a file handle finds it. Implies `index`; not with `metacopy`. */
  readonly nfsExport?: boolean;
  /**
   * `on` and `require` check a metacopy file's bytes against the digest in its mark, if it has one. No file system here
   * knows fs-verity: a file with a digest cannot be opened then (EIO), with `require` nor can one without.
   */
  readonly verity?: 'off' | 'on' | 'require';
  /**
   * With layers on several file systems: shows every object under the overlay's device, with the number of its file
   * system in the highest bits of st_ino. `auto` does so where inode numbers leave room, which is everywhere here.
   */
  readonly xino?: 'on' | 'auto' | 'off';
  /**
   * Nothing is synced to the layers. Leaves `work/incompat/volatile` in the work directory, so that an upper layer that
   * may have lost something in a crash is not mounted again by mistake: EINVAL until `incompat` is removed.
   */
  readonly volatile?: boolean;
  /** MS_RDONLY. */
  readonly readOnly?: boolean;
}

/** A layer directory. `path` is what the mount option said: the kernel log quotes it. */
export interface LayerTree extends Tree {
  readonly path?: string;
}

/** A user namespace other than the first (user_namespaces(7)): the owners that exist in it, told by their numbers outside. */
export interface UserNamespace {
  hasUid(uid: number): boolean;
  hasGid(gid: number): boolean;
}

/** Everything `createOverlayFileSystem` needs. */
export interface OverlayMount {
  /** Top first, as in `lowerdir=`. Lowers are only read, so any number of overlays may share them. */
  readonly lowers: readonly LayerTree[];
  /**
   * Data-only layers (`::` in `lowerdir=`, `datadir+`), below all lowers and never listed: the bytes of a lower file
   * with the metacopy mark and an absolute redirect come from the first that has a regular file there.
   */
  readonly dataLowers?: readonly LayerTree[];
  /** Without it the mount is read-only. */
  readonly upper?: LayerTree;
  /** On the same file system as `upper`, neither inside the other. */
  readonly work?: LayerTree;
  readonly options?: OverlayOptions;
  /** st_dev of the overlay. */
  readonly dev: number;
  /** More device numbers, one for each underlying file system when there are several; default: those after `dev`. */
  readonly anonymousDev?: () => number;
  /** Where the id of a new upper root comes from. */
  readonly random: Random;
  /** Whose credentials do all work on the layers: who called mount(2). */
  readonly mounter: Caller;
  /**
   * Where the mounter is, when not in the first user namespace. Attributes in `trusted.*` are closed to it: without
   * `userxattr` no mark is written, and what cannot do without one is EIO. What belongs to nobody there is not copied up:
   * EOVERFLOW.
   */
  readonly userNamespace?: UserNamespace;
  /** Upper and work directories of live overlays; the mount adds its own, `unmount` takes them out. */
  readonly inUse?: Set<Inode>;
  readonly onEvent?: (event: OverlayEvent) => void;
  /** Hears of every change to what the mount remembers, so that it can be taken back together with the layers. */
  readonly recorder?: Recorder;
}
