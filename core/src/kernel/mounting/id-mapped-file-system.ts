/**
 * A file system as an id-mapped mount shows it (mount_setattr(2), MOUNT_ATTR_IDMAP): the owners on disk are the
 * container's ids, the owners that are seen are the host's. What has no id in the mapping is seen as nobody's and
 * cannot be made: EOVERFLOW.
 */
import {
  ACL_ACCESS,
  ACL_GROUP,
  ACL_USER,
  type Caller,
  decodeAcl,
  encodeAcl,
  type FileSystem,
  fail,
  isAcl,
  isAclAsked,
  permissionOf,
} from '../../fs/index.ts';

/** `container:host:size` entries, joined with commas. */
export interface IdMaps {
  readonly uidmap: string | undefined;
  readonly gidmap: string | undefined;
}

/** What an id without a mapping is shown as (/proc/sys/kernel/overflowuid). */
const OVERFLOW_ID = 65_534;

interface IdMap {
  /** From the disk to what is seen. */
  readonly shown: (id: number) => number;
  /** From what a caller says to the disk; EOVERFLOW. */
  readonly stored: (id: number) => number;
}

const IDENTITY: IdMap = { shown: (id) => id, stored: (id) => id };

/** EINVAL for a mapping that is none. */
const parseIdMap = (text: string | undefined): IdMap => {
  if (text === undefined) return IDENTITY;
  const rows = text.split(',').map((entry) => {
    const match =
      /^(\d+):(\d+):([1-9]\d*)$/.exec(entry) ?? fail('EINVAL', `id mapping '${entry}' is not container:host:size`);
    return { container: Number(match[1]), host: Number(match[2]), size: Number(match[3]) };
  });
  return {
    shown: (id) => {
      const row = rows.find(({ container, size }) => id >= container && id < container + size);
      return row === undefined ? OVERFLOW_ID : id - row.container + row.host;
    },
    stored: (id) => {
      const row = rows.find(({ host, size }) => id >= host && id < host + size);
      return row === undefined ? fail('EOVERFLOW') : id - row.host + row.container;
    },
  };
};

/** An access control list with other ids for its users and groups. */
const mapAcl = (value: Uint8Array, uid: (id: number) => number, gid: (id: number) => number): Uint8Array => {
  const acl = decodeAcl(value);
  if (acl === undefined) return value;
  return encodeAcl(
    acl.map((entry) => {
      if (entry.tag === ACL_USER) return { ...entry, id: uid(entry.id) };
      return entry.tag === ACL_GROUP ? { ...entry, id: gid(entry.id) } : entry;
    }),
  );
};

export const createIdMappedFileSystem = (fs: FileSystem, maps: IdMaps): FileSystem => {
  const uids = parseIdMap(maps.uidmap);
  const gids = parseIdMap(maps.gidmap);
  const maker = (caller: Caller): Caller => ({ ...caller, uid: uids.stored(caller.uid), gid: gids.stored(caller.gid) });
  const getxattr: FileSystem['getxattr'] = (inode, name) => {
    const value = fs.getxattr(inode, name);
    return value !== undefined && isAcl(name) ? mapAcl(value, uids.shown, gids.shown) : value;
  };
  return {
    type: fs.type,
    dev: fs.dev,
    root: fs.root,
    getattr: (inode) => {
      const stat = fs.getattr(inode);
      return { ...stat, uid: uids.shown(stat.uid), gid: gids.shown(stat.gid) };
    },
    permission: (inode, mask, caller) => {
      const { mode, uid, gid } = fs.getattr(inode);
      const owner = uids.shown(uid);
      const list = isAclAsked(mode, owner, caller) ? getxattr(inode, ACL_ACCESS) : undefined;
      const acl = list && decodeAcl(list);
      if (!permissionOf(mode, owner, gids.shown(gid), mask, caller, acl)) fail('EACCES');
    },
    getxattr,
    setxattr: (inode, name, value, flags, caller) => {
      const stored = isAcl(name) ? mapAcl(value, uids.stored, gids.stored) : value;
      fs.setxattr(inode, name, stored, flags, caller);
    },
    setattr: (inode, change, caller) =>
      fs.setattr(
        inode,
        {
          ...change,
          ...(change.uid === undefined ? {} : { uid: uids.stored(change.uid) }),
          ...(change.gid === undefined ? {} : { gid: gids.stored(change.gid) }),
        },
        caller,
      ),
    create: (dir, name, mode, caller) => fs.create(dir, name, mode, maker(caller)),
    mkdir: (dir, name, mode, caller) => fs.mkdir(dir, name, mode, maker(caller)),
    mknod: (dir, name, mode, rdev, caller) => fs.mknod(dir, name, mode, rdev, maker(caller)),
    symlink: (dir, name, target, caller) => fs.symlink(dir, name, target, maker(caller)),
    tmpfile: (dir, mode, caller) => fs.tmpfile(dir, mode, maker(caller)),
    ...unmapped(fs),
  };
};

/** What no owner matters for. */
const unmapped = (fs: FileSystem) => ({
  lookup: fs.lookup.bind(fs),
  parent: fs.parent.bind(fs),
  link: fs.link.bind(fs),
  unlink: fs.unlink.bind(fs),
  rmdir: fs.rmdir.bind(fs),
  rename: fs.rename.bind(fs),
  readlink: fs.readlink.bind(fs),
  readdir: fs.readdir.bind(fs),
  open: fs.open.bind(fs),
  listxattr: fs.listxattr.bind(fs),
  removexattr: fs.removexattr.bind(fs),
  statfs: fs.statfs.bind(fs),
  ...(fs.getFlags === undefined ? {} : { getFlags: fs.getFlags.bind(fs) }),
  ...(fs.setFlags === undefined ? {} : { setFlags: fs.setFlags.bind(fs) }),
  ...(fs.accessed === undefined ? {} : { accessed: fs.accessed.bind(fs) }),
  ...(fs.content === undefined ? {} : { content: fs.content.bind(fs) }),
  ...(fs.setContent === undefined ? {} : { setContent: fs.setContent.bind(fs) }),
});
