/** `chown` and `chgrp`, names by the image's own accounts. */
import { isSymlink, type Stat } from '../../../fs/index.ts';
import { complain, errorText, print, quote, type Command, type Invocation } from '../../command.ts';
import { parseOptions, usage, UsageError } from '../../options.ts';
import { readAccounts } from '../support/accounts.ts';
import { walkTree } from './walk.ts';

interface Ownership {
  /** -1 leaves it. */
  readonly uid: number;
  readonly gid: number;
  /** As given, for messages. */
  readonly user: string;
  readonly group: string;
}

const refuse = (invocation: Invocation, message: string): never => {
  throw new UsageError(`${invocation.name}: ${message}\n`);
};

const KEEP = -1;
const differs = (want: number, have: number): boolean => want !== KEEP && want !== have;

const readOwner = (invocation: Invocation, text: string): Ownership => {
  const accounts = readAccounts(invocation.process);
  const separator = /[:.]/.exec(text)?.index ?? -1;
  const colon = text.includes(':') ? text.indexOf(':') : accounts.userId(text) === undefined ? separator : -1;
  const user = colon < 0 ? text : text.slice(0, colon);
  const group = colon < 0 ? undefined : text.slice(colon + 1);
  const uid = user === '' ? KEEP : (accounts.userId(user) ?? refuse(invocation, `invalid user: ${quote(text)}`));
  if (group === undefined) return { uid, gid: KEEP, user, group: '' };
  // `user:` means the user's own group.
  if (group === '') {
    const gid = user === '' ? KEEP : accounts.loginGroup(user);
    if (gid === undefined) return refuse(invocation, `invalid spec: ${quote(text)}`);
    return { uid, gid, user, group: accounts.groupName(gid) ?? String(gid) };
  }
  const gid = accounts.groupId(group) ?? refuse(invocation, `invalid group: ${quote(text)}`);
  return { uid, gid, user, group };
};

const readGroup = (invocation: Invocation, text: string): Ownership => {
  if (text === '') return { uid: KEEP, gid: KEEP, user: '', group: '' };
  const gid = readAccounts(invocation.process).groupId(text);
  return { uid: KEEP, gid: gid ?? refuse(invocation, `invalid group: ${quote(text)}`), user: '', group: text };
};

const referenceOwner = (invocation: Invocation, path: string): Ownership => {
  try {
    const { uid, gid } = invocation.process.stat(path);
    const accounts = readAccounts(invocation.process);
    return { uid, gid, user: accounts.userName(uid) ?? String(uid), group: accounts.groupName(gid) ?? String(gid) };
  } catch (error) {
    return refuse(invocation, `failed to get attributes of ${quote(path)}: ${errorText(error)}`);
  }
};

const changeOwner =
  (what: 'ownership' | 'group', read: (invocation: Invocation, text: string) => Ownership): Command =>
  (invocation) => {
    const options = parseOptions(invocation, {
      short: 'cfhRvHLP',
      long: {
        changes: 'c',
        silent: 'f',
        quiet: 'f',
        'no-dereference': 'h',
        dereference: 'dereference',
        recursive: 'R',
        reference: 'reference',
        from: 'from',
        verbose: 'v',
      },
      valued: ['reference', 'from'],
    });
    const operands = [...options.operands];
    const reference = options.value('reference');
    const text = reference === undefined ? operands.shift() : undefined;
    if (reference === undefined && text === undefined) throw usage(invocation, 'missing operand');
    if (operands.length === 0)
      throw usage(invocation, text === undefined ? 'missing operand' : `missing operand after ${quote(text)}`);
    const wanted = reference === undefined ? read(invocation, text ?? '') : referenceOwner(invocation, reference);
    const from = options.value('from');
    const only = from === undefined ? undefined : readOwner(invocation, from);
    const { process } = invocation;
    const follow = !options.has('h');
    const apply = (path: string, stat: Stat, followLink: boolean): number => {
      if (only !== undefined && (differs(only.uid, stat.uid) || differs(only.gid, stat.gid))) return 0;
      try {
        process.chown(path, wanted.uid, wanted.gid, followLink);
      } catch (error) {
        return options.has('f') ? 1 : complain(invocation, `changing ${what} of ${quote(path)}: ${errorText(error)}`);
      }
      const changed = differs(wanted.uid, stat.uid) || differs(wanted.gid, stat.gid);
      if (options.has('v') || (options.has('c') && changed))
        print(invocation, report(invocation, path, stat, wanted, what, changed));
      return 0;
    };
    let status = 0;
    for (const path of operands) {
      try {
        if (options.has('R'))
          // With -R a symlink is changed itself, never what it points to (-P).
          status |= walkTree(invocation, path, (name, stat) => apply(name, stat, false));
        else status |= apply(path, process.stat(path, follow), follow);
      } catch (error) {
        status = 1;
        const verb = follow && isLink(invocation, path) ? 'dereference' : 'access';
        if (!options.has('f')) complain(invocation, `cannot ${verb} ${quote(path)}: ${errorText(error)}`);
      }
    }
    return status;
  };

const isLink = ({ process }: Invocation, path: string): boolean => {
  try {
    return isSymlink(process.stat(path, false).mode);
  } catch {
    return false;
  }
};

const report = (
  invocation: Invocation,
  path: string,
  old: Stat,
  wanted: Ownership,
  what: string,
  changed: boolean,
): string => {
  const accounts = readAccounts(invocation.process);
  const user = (uid: number): string => accounts.userName(uid) ?? String(uid);
  const group = (gid: number): string => accounts.groupName(gid) ?? String(gid);
  const word = what === 'group' || wanted.uid === KEEP ? 'group' : 'ownership';
  const pair = (owner: string, members: string): string => {
    if (word === 'group') return members;
    return wanted.gid === KEEP ? owner : `${owner}:${members}`;
  };
  const before = pair(user(old.uid), group(old.gid));
  if (!changed) return `${word} of ${quote(path)} retained as ${before}\n`;
  return `changed ${word} of ${quote(path)} from ${before} to ${pair(wanted.user, wanted.group)}\n`;
};

export const chown: Command = changeOwner('ownership', readOwner);
export const chgrp: Command = changeOwner('group', readGroup);
