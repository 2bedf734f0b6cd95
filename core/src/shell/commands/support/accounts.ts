/** Users and groups by the image's own /etc/passwd and /etc/group. */
import { decodeName, FsError, O_RDONLY } from '../../../fs/index.ts';
import type { SystemCalls } from '../../../vfs/index.ts';

interface Account {
  readonly name: string;
  readonly id: number;
  /** Fields after the password. */
  readonly fields: readonly string[];
}

export interface Accounts {
  userName(uid: number): string | undefined;
  groupName(gid: number): string | undefined;
  /** The id of a user by name or number; `undefined` for neither. */
  userId(text: string): number | undefined;
  groupId(text: string): number | undefined;
  /** The login group of a user. */
  loginGroup(user: string): number | undefined;
  /** Groups that list the user as a member, in the file's order. */
  memberships(user: string): readonly number[];
}

const readText = (process: SystemCalls, path: string): string => {
  let file;
  try {
    file = process.open(path, O_RDONLY);
  } catch (error) {
    if (error instanceof FsError) return '';
    throw error;
  }
  try {
    const bytes = new Uint8Array(process.fstat(file).size);
    return decodeName(bytes.subarray(0, process.pread(file, bytes, 0)));
  } catch (error) {
    if (error instanceof FsError) return '';
    throw error;
  } finally {
    process.close(file);
  }
};

const parse = (text: string): readonly Account[] =>
  text.split('\n').flatMap((line) => {
    const [name = '', , id = '', ...fields] = line.split(':');
    return name !== '' && /^\d+$/.test(id) ? [{ name, id: Number(id), fields }] : [];
  });

const idOf = (accounts: readonly Account[], text: string): number | undefined => {
  const named = accounts.find(({ name }) => name === text);
  if (named !== undefined) return named.id;
  return /^\+?\d+$/.test(text) ? Number(text) : undefined;
};

/** Reads the files once: a program looks at one state of them. */
export const readAccounts = (process: SystemCalls): Accounts => {
  const users = parse(readText(process, '/etc/passwd'));
  const groups = parse(readText(process, '/etc/group'));
  return {
    userName: (uid) => users.find(({ id }) => id === uid)?.name,
    groupName: (gid) => groups.find(({ id }) => id === gid)?.name,
    userId: (text) => idOf(users, text),
    groupId: (text) => idOf(groups, text),
    loginGroup: (user) => {
      const field = users.find(({ name }) => name === user)?.fields[0];
      return field === undefined ? undefined : Number(field);
    },
    memberships: (user) =>
      groups.filter(({ fields }) => (fields[0] ?? '').split(',').includes(user)).map(({ id }) => id),
  };
};
