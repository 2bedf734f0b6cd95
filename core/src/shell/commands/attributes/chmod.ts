/** `chmod`. */
import { isDirectory, isSymlink } from '../../../fs/index.ts';
import { complain, errorText, print, quote, type Command, type Invocation } from '../../command.ts';
import { applyModeChange, modeString, parseModeChange, type ModeChange } from '../../file-mode.ts';
import { parseOptions, usage, UsageError } from '../../options.ts';
import { walkTree } from './walk.ts';

/** `-rwx`, `-x,g+w`: a mode that looks like options. */
const looksLikeMode = (arg: string): boolean => /^-[rwxXstugoa,+=0-7-]+$/.test(arg) && !/^-R$/.test(arg);

const permissions = (mode: number): string =>
  `${(mode & 0o7777).toString(8).padStart(4, '0')} (${modeString(mode).slice(1)})`;

export const chmod: Command = (invocation) => {
  const at = invocation.args.findIndex(looksLikeMode);
  const end = invocation.args.indexOf('--');
  const dashed = at >= 0 && (end < 0 || at < end) ? invocation.args[at] : undefined;
  const args = dashed === undefined ? invocation.args : invocation.args.filter((_, index) => index !== at);
  const options = parseOptions(
    { ...invocation, args },
    {
      short: 'cfRv',
      long: { changes: 'c', quiet: 'f', silent: 'f', recursive: 'R', reference: 'reference', verbose: 'v' },
      valued: ['reference'],
    },
  );
  const reference = options.value('reference');
  const operands = [...(dashed === undefined ? [] : [dashed]), ...options.operands];
  const text = reference === undefined ? operands.shift() : undefined;
  if (reference === undefined && text === undefined) throw usage(invocation, 'missing operand');
  if (operands.length === 0)
    throw usage(invocation, text === undefined ? 'missing operand' : `missing operand after ${quote(text)}`);
  const change = reference === undefined ? parseModeChange(text ?? '') : referenceMode(invocation, reference);
  if (change === undefined) throw usage(invocation, `invalid mode: ${quote(text ?? '')}`);
  const { process } = invocation;
  const mask = process.umask(0);
  process.umask(mask);

  const apply = (path: string, mode: number): number => {
    const wanted = applyModeChange(change, mode, { directory: isDirectory(mode), umask: mask });
    try {
      process.chmod(path, wanted);
    } catch (error) {
      return options.has('f') ? 1 : complain(invocation, `changing permissions of ${quote(path)}: ${errorText(error)}`);
    }
    // `chmod -w` looks like an option and obeys the umask: when that keeps bits somebody meant to take, GNU says so.
    const naive = applyModeChange(change, mode, { directory: isDirectory(mode), umask: 0 });
    if (dashed !== undefined && (wanted & ~naive) !== 0) {
      const [now, meant] = [modeString(wanted), modeString(naive)].map((letters) => letters.slice(1));
      return complain(invocation, `${path}: new permissions are ${now}, not ${meant}`);
    }
    const old = mode & 0o7777;
    if (options.has('v') || (options.has('c') && old !== wanted))
      print(
        invocation,
        old === wanted
          ? `mode of ${quote(path)} retained as ${permissions(wanted)}\n`
          : `mode of ${quote(path)} changed from ${permissions(old)} to ${permissions(wanted)}\n`,
      );
    return 0;
  };

  let status = 0;
  for (const path of operands) {
    try {
      if (options.has('R'))
        status |= walkTree(invocation, path, (name, stat, depth) => {
          if (!isSymlink(stat.mode)) return apply(name, stat.mode);
          return depth === 0 ? apply(name, process.stat(name).mode) : 0;
        });
      else status |= apply(path, process.stat(path).mode);
    } catch (error) {
      status = 1;
      if (options.has('f')) continue;
      const dangling = isDangling(invocation, path);
      complain(
        invocation,
        dangling
          ? `cannot operate on dangling symlink ${quote(path)}`
          : `cannot access ${quote(path)}: ${errorText(error)}`,
      );
    }
  }
  return status;
};

const isDangling = ({ process }: Invocation, path: string): boolean => {
  try {
    return isSymlink(process.stat(path, false).mode);
  } catch {
    return false;
  }
};

const referenceMode = (invocation: Invocation, path: string): ModeChange | undefined => {
  try {
    return parseModeChange((invocation.process.stat(path).mode & 0o7777).toString(8).padStart(5, '0'));
  } catch (error) {
    throw new UsageError(`${invocation.name}: failed to get attributes of ${quote(path)}: ${errorText(error)}\n`);
  }
};
