/** `setfattr`. */
import { FsError } from '../../../fs/index.ts';
import { complain, errorText, type Command } from '../../command.ts';
import { parseOptions, UsageError } from '../../options.ts';
import { parseValue } from './xattr-values.ts';

const USAGE =
  'Usage: setfattr {-n name} [-v value] [-h] file...\n' +
  '       setfattr {-x name} [-h] file...\n' +
  "Try `setfattr --help' for more information.\n";

export const setfattr: Command = (invocation) => {
  const options = parseOptions(invocation, {
    short: 'n:x:v:h',
    long: { name: 'n', value: 'v', remove: 'x', 'no-dereference': 'h' },
    failure: 2,
  });
  const [name, removed, text] = [options.value('n'), options.value('x'), options.value('v')];
  const wanted = name ?? removed;
  if (wanted === undefined || options.operands.length === 0 || (name !== undefined && removed !== undefined))
    throw new UsageError(USAGE, 2);
  const value = parseValue(text ?? '');
  if (value === undefined) return complain(invocation, `bad input encoding`);
  let status = 0;
  for (const path of options.operands) {
    try {
      if (name === undefined) invocation.process.removexattr(path, wanted, !options.has('h'));
      else invocation.process.setxattr(path, name, value, 0, !options.has('h'));
    } catch (error) {
      const missing = error instanceof FsError && error.code === 'ENODATA';
      status = complain(invocation, `${path}: ${missing ? 'No such attribute' : errorText(error)}`);
    }
  }
  return status;
};
