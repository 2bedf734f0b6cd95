/** `id` and `whoami`. */
import { complain, print, quote, type Command } from '../../command.ts';
import { parseOptions } from '../../options.ts';
import { readAccounts } from '../support/accounts.ts';

const show = (value: number, name: string | undefined): string =>
  name === undefined ? String(value) : `${value}(${name})`;

export const id: Command = (invocation) => {
  const options = parseOptions(invocation, {
    short: 'agGnruzZ',
    long: { group: 'g', groups: 'G', name: 'n', user: 'u', real: 'r' },
  });
  const accounts = readAccounts(invocation.process);
  const [asked] = options.operands;
  const { caller } = invocation.process;
  const uid = asked === undefined ? caller.uid : accounts.userId(asked);
  if (uid === undefined) return complain(invocation, `${quote(asked ?? '')}: no such user`);
  const user = accounts.userName(uid);
  const gid = asked === undefined ? caller.gid : (accounts.loginGroup(user ?? '') ?? 0);
  const others = asked === undefined ? caller.groups : accounts.memberships(user ?? '');
  const groups = [...new Set([gid, ...others])];
  if (options.has('n') && !options.has('u', 'g', 'G'))
    return complain(invocation, 'cannot print only names or real IDs in default format');
  const named = (name: string | undefined, value: number): string =>
    options.has('n') ? (name ?? String(value)) : String(value);
  if (options.has('u')) print(invocation, `${named(user, uid)}\n`);
  else if (options.has('g')) print(invocation, `${named(accounts.groupName(gid), gid)}\n`);
  else if (options.has('G'))
    print(invocation, `${groups.map((value) => named(accounts.groupName(value), value)).join(' ')}\n`);
  else {
    const list = groups.map((value) => show(value, accounts.groupName(value))).join(',');
    print(invocation, `uid=${show(uid, user)} gid=${show(gid, accounts.groupName(gid))} groups=${list}\n`);
  }
  return 0;
};

export const whoami: Command = (invocation) => {
  const { uid } = invocation.process.caller;
  const name = readAccounts(invocation.process).userName(uid);
  if (name === undefined) return complain(invocation, `cannot find name for user ID ${uid}`);
  print(invocation, `${name}\n`);
  return 0;
};
