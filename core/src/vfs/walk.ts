/**
 * path_resolution(7): from a path to a place, component by component, across mounts and symlinks.
 *
 * A `Walk` is a cursor that a process keeps and uses again, so that a call allocates nothing per component. It stands
 * on (`mount`, `inode`); after `toLast` that is the directory that holds, or shall hold, the last component.
 *
 * Order of errors at each component, as Linux has it: the directory's search permission (EACCES), then the name
 * (ENAMETOOLONG, ENOENT), then links (ELOOP), then whether one can go on from there (ENOTDIR).
 */
import { type Caller, type Inode, S_IFDIR, S_IFLNK, S_ISVTX, fail } from '../fs/index.ts';
import { type Mounted, type Place, isWithin } from './mount-table.ts';
import { type ParsedPath, parsePath } from './parsed-path.ts';

/** Links that one resolution may follow (MAXSYMLINKS). */
const MAX_LINKS = 40;
const SEARCH = 1;

/** From where and as whom a process sees the namespace. */
export interface Viewpoint {
  readonly root: Place;
  readonly caller: Caller;
  /** RESOLVE_BENEATH (openat2(2)): nothing above the starting directory can be reached; EXDEV. */
  readonly beneath: boolean;
  /** sysctl fs.protected_symlinks. */
  readonly protectedSymlinks: boolean;
}

/** What the last component is; only a `name` can be created, removed or renamed. */
export type LastComponent = 'name' | 'dot' | 'dotdot' | 'root';

export class Walk {
  mount!: Mounted;
  inode!: Inode;
  /** After `toLast`: the last component, and what kind it is. */
  name = '';
  last: LastComponent = 'root';
  /** The last component was followed by a slash. */
  slash = false;
  /** Nothing was entered yet: the walk stands where it began, which may be a removed directory. */
  atStart = true;
  #links = 0;
  #view!: Viewpoint;
  #start!: Place;

  /** Sets off. `base` is where a relative path starts. */
  begin(view: Viewpoint, path: ParsedPath, base: Place): void {
    this.#view = view;
    this.#links = 0;
    this.slash = false;
    this.atStart = true;
    if (path.absolute) {
      if (view.beneath) fail('EXDEV');
      this.#start = view.root;
    } else {
      if (base.inode.type !== S_IFDIR) fail('ENOTDIR');
      this.#start = base;
    }
    this.mount = this.#start.mount;
    this.inode = this.#start.inode;
  }

  /** Walks to the directory of the last component and leaves that in `name`, `last` and `slash`. */
  toLast(path: ParsedPath): void {
    const { names, last } = path;
    if (names.length !== 0) this.#through(names);
    this.name = last;
    this.slash = path.slash;
    if (last === '') {
      this.last = 'root';
      return;
    }
    this.mount.fs.permission(this.inode, SEARCH, this.#view.caller);
    this.last = last === '.' ? 'dot' : last === '..' ? 'dotdot' : 'name';
  }

  /** Walks to the end. `follow` is for a link in the last component; a trailing slash follows anyway. */
  toEnd(path: ParsedPath, follow: boolean): void {
    let mustBeDirectory = false;
    for (let rest: ParsedPath | undefined = path; rest !== undefined;) {
      this.toLast(rest);
      mustBeDirectory ||= rest.slash;
      if (this.last !== 'name') {
        this.enterLast();
        return;
      }
      const child = this.mount.fs.lookup(this.inode, this.name) ?? fail('ENOENT');
      rest = undefined;
      if (child.type === S_IFLNK && (follow || mustBeDirectory)) rest = this.followLast(child);
      else this.enter(child);
    }
    if (mustBeDirectory && this.inode.type !== S_IFDIR) fail('ENOTDIR');
  }

  /** Takes a last component of `.`, `..` or `/`. */
  enterLast(): void {
    if (this.last === 'dotdot') this.#up();
  }

  /** Steps onto `child`, found in the directory the walk stands on, and onto what is mounted there. */
  enter(child: Inode): void {
    this.inode = child;
    this.atStart = false;
    if (this.mount.children.size !== 0) this.#down();
  }

  /** Follows a link that is the last component; answers the path to go on with. EACCES by protected_symlinks. */
  followLast(link: Inode): ParsedPath {
    if (this.#view.protectedSymlinks) this.#requireFollowable(link);
    return this.#jump(link);
  }

  #through(names: readonly string[]): void {
    for (const name of names) this.#pass(name);
  }

  /** Goes into a directory on the way, through a link if it is one. */
  #pass(name: string): void {
    const { fs } = this.mount;
    fs.permission(this.inode, SEARCH, this.#view.caller);
    if (name === '.') return;
    if (name === '..') {
      this.#up();
      return;
    }
    const child = fs.lookup(this.inode, name) ?? fail('ENOENT');
    if (child.type === S_IFLNK) {
      const body = this.#jump(child);
      this.#through(body.names);
      if (body.last !== '') this.#pass(body.last);
    } else this.enter(child);
    if (this.inode.type !== S_IFDIR) fail('ENOTDIR');
  }

  /** Reads a link and stands where its path starts. */
  #jump(link: Inode): ParsedPath {
    if (this.#links >= MAX_LINKS) fail('ELOOP');
    this.#links += 1;
    const { fs } = this.mount;
    if (!this.mount.readOnly && this.mount.flags.noAtime !== true) fs.accessed?.(link);
    const body = parsePath(fs.readlink(link));
    if (body.absolute) {
      if (this.#view.beneath) fail('EXDEV');
      this.mount = this.#view.root.mount;
      this.inode = this.#view.root.inode;
      this.atStart = false;
    }
    return body;
  }

  #up(): void {
    const { root } = this.#view;
    let { mount, inode } = this;
    if (inode === root.inode && mount === root.mount) return this.#refuseEscape();
    if (inode === this.#start.inode && mount === this.#start.mount) this.#refuseEscape();
    while (inode === mount.root) {
      if (mount.parent === undefined || mount.at === undefined) return this.#refuseEscape();
      inode = mount.at;
      mount = mount.parent;
      // The root lies under a mount that was laid over it later: `..` stays on the upper one.
      if (inode === root.inode && mount === root.mount) return this.#refuseEscape();
    }
    const { fs } = mount;
    const parent = fs.parent(inode);
    // A directory moved out of what a bind shows has no way up (Linux: ENOENT).
    if (mount.root !== fs.root && !isWithin(fs, parent, mount.root)) fail('ENOENT');
    this.mount = mount;
    this.inode = parent;
    this.atStart = false;
    if (mount.children.size !== 0) this.#down();
  }

  #refuseEscape(): void {
    if (this.#view.beneath) fail('EXDEV');
  }

  #down(): void {
    for (let above = this.mount.children.get(this.inode); above !== undefined;) {
      this.mount = above;
      this.inode = above.root;
      above = above.children.get(above.root);
    }
  }

  /** In a sticky, world-writable directory only a link of one's own or of the directory's owner is followed. */
  #requireFollowable(link: Inode): void {
    const { fs } = this.mount;
    const dir = fs.getattr(this.inode);
    const open = S_ISVTX | 0o002;
    if ((dir.mode & open) !== open) return;
    const owner = fs.getattr(link).uid;
    if (owner !== this.#view.caller.uid && owner !== dir.uid) fail('EACCES');
  }
}
