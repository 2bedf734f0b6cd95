import {
  CAP_CHOWN,
  CAP_DAC_OVERRIDE,
  CAP_FOWNER,
  CAP_FSETID,
  CAP_MKNOD,
  CAP_SETFCAP,
  CAP_SYS_CHROOT,
} from '../../fs/index.ts';
import { ALL_CAPABILITIES, decodeName, FsError, O_RDONLY, type Caller } from '../../fs/index.ts';
import type { SystemCalls } from '../../vfs/index.ts';

/** What containerd's default spec grants a container, of those that a file system asks for. No CAP_SYS_ADMIN. */
const CONTAINER_CAPABILITIES =
  CAP_CHOWN | CAP_DAC_OVERRIDE | CAP_FSETID | CAP_FOWNER | CAP_MKNOD | CAP_SETFCAP | CAP_SYS_CHROOT;

export const UMASK = 0o022;
/** A process that is not root keeps no capability over exec(2), unless the container is privileged by ambient ones. */
export const containerCapabilities = (uid: number, privileged: boolean): number =>
  uid !== 0 ? 0 : privileged ? ALL_CAPABILITIES : CONTAINER_CAPABILITIES;

/** A passwd or group file past this is not read on: containerd's own limit is of the same kind. */
const ACCOUNT_BYTES = 1 << 20;

/** The rows of an account file, split at colons; none when the image has no such file. */
const accounts = (calls: SystemCalls, path: string): readonly (readonly string[])[] => {
  let fd: number;
  try {
    fd = calls.open(path, O_RDONLY);
  } catch (error) {
    if (error instanceof FsError) return [];
    throw error;
  }
  try {
    const bytes = new Uint8Array(Math.min(calls.fstat(fd).size, ACCOUNT_BYTES));
    const length = calls.read(fd, bytes);
    return decodeName(bytes.subarray(0, length))
      .split('\n')
      .map((line) => line.split(':'));
  } finally {
    calls.close(fd);
  }
};

const NUMBER = /^\d+$/;

/** An image's user that its account files do not know. */
export class UnknownUserError extends Error {
  readonly code = 'NotFound';

  constructor(what: 'user' | 'group', name: string) {
    super(
      `no ${what}s found: the image runs as ${what} "${name}", but its /etc/${what === 'user' ? 'passwd' : 'group'} has none`,
    );
    this.name = 'UnknownUserError';
  }
}

/**
 * Who a container's process is (containerd `oci.WithUser`): `''`, `user`, `uid`, `user:group` or `uid:gid`, looked up in
 * the image's own /etc/passwd and /etc/group. A number need not be there. Throws `UnknownUserError`.
 */
export const containerCaller = (calls: SystemCalls, user: string, privileged: boolean): Caller => {
  const [name = '', groupName] = user.split(':');
  const row = accounts(calls, '/etc/passwd').find(([login, , uid]) => login === name || (uid === name && uid !== ''));
  const isNumber = NUMBER.test(name);
  if (name !== '' && row === undefined && !isNumber) throw new UnknownUserError('user', name);
  const uid = name === '' ? 0 : Number(row?.[2] ?? name);
  let gid = name === '' ? 0 : Number(row?.[3] ?? 0);
  const groups = accounts(calls, '/etc/group');
  if (groupName !== undefined) {
    const group = groups.find(([login, , id]) => login === groupName || id === groupName);
    if (group === undefined && !NUMBER.test(groupName)) throw new UnknownUserError('group', groupName);
    gid = Number(group?.[2] ?? groupName);
  }
  const login = row?.[0];
  const supplementary =
    login === undefined
      ? []
      : groups.filter(([, , , members]) => members?.split(',').includes(login)).map(([, , id]) => Number(id));
  return { uid, gid, groups: supplementary, capabilities: containerCapabilities(uid, privileged), umask: UMASK };
};
