/** `mkdir`. */
import { complain, errorText, print, quote, type Command } from '../../command.ts';
import { applyModeChange, parseModeChange } from '../../file-mode.ts';
import { parseOptions, usage, UsageError } from '../../options.ts';
import { DirectoryError, makeDirectories } from '../support/make-directories.ts';

export const mkdir: Command = (invocation) => {
  const options = parseOptions(invocation, {
    short: 'm:pv',
    long: { mode: 'm', parents: 'p', verbose: 'v' },
  });
  const { process } = invocation;
  if (options.operands.length === 0) throw usage(invocation, 'missing operand');
  const text = options.value('m');
  const change = text === undefined ? undefined : parseModeChange(text);
  if (text !== undefined && change === undefined)
    throw new UsageError(`${invocation.name}: invalid mode ${quote(text)}\n`);
  const mask = process.umask(0);
  process.umask(mask);
  const mode = change === undefined ? 0o777 : applyModeChange(change, 0o777, { directory: true, umask: mask });
  let status = 0;
  for (const path of options.operands) {
    try {
      const made = options.has('p') ? makeDirectories(invocation, path) : [path];
      if (!options.has('p')) process.mkdir(path, mode & 0o777);
      if (change !== undefined && made.length > 0) process.chmod(path, mode);
      if (options.has('v'))
        for (const name of made) print(invocation, `${invocation.name}: created directory ${quote(name)}\n`);
    } catch (error) {
      status = complain(
        invocation,
        error instanceof DirectoryError ? error.message : `cannot create directory ${quote(path)}: ${errorText(error)}`,
      );
    }
  }
  return status;
};
