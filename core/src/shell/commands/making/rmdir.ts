/** `rmdir`. */
import { FsError } from '../../../fs/index.ts';
import { complain, errorText, print, quote, type Command } from '../../command.ts';
import { stripSlashes } from '../../directory.ts';
import { parseOptions, usage } from '../../options.ts';

export const rmdir: Command = (invocation) => {
  const options = parseOptions(invocation, {
    short: 'pv',
    long: { parents: 'p', verbose: 'v', 'ignore-fail-on-non-empty': 'ignore-fail-on-non-empty' },
  });
  if (options.operands.length === 0) throw usage(invocation, 'missing operand');
  let status = 0;
  const remove = (path: string, what: string): boolean => {
    if (options.has('v')) print(invocation, `${invocation.name}: removing directory, ${quote(path)}\n`);
    try {
      invocation.process.rmdir(path);
      return true;
    } catch (error) {
      const quiet = error instanceof FsError && error.code === 'ENOTEMPTY' && options.has('ignore-fail-on-non-empty');
      if (!quiet) status = complain(invocation, `failed to remove ${what}${quote(path)}: ${errorText(error)}`);
      return false;
    }
  };
  for (const operand of options.operands) {
    if (!remove(operand, '') || !options.has('p')) continue;
    let path = stripSlashes(operand);
    while (path.includes('/')) {
      path = path.slice(0, path.lastIndexOf('/')).replace(/\/+$/, '');
      if (path === '' || !remove(path, 'directory ')) break;
    }
  }
  return status;
};
