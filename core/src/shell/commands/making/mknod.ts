/** `mknod` and `mkfifo`. */
import { makedev, S_IFBLK, S_IFCHR, S_IFIFO } from '../../../fs/index.ts';
import { complain, errorText, quote, type Command, type Invocation } from '../../command.ts';
import { applyModeChange, parseModeChange } from '../../file-mode.ts';
import { parseOptions, usage, UsageError, type Options } from '../../options.ts';

const refuse = (invocation: Invocation, message: string): never => {
  throw new UsageError(`${invocation.name}: ${message}\n`);
};

const modeFrom = (invocation: Invocation, options: Options): number | undefined => {
  const text = options.value('m');
  if (text === undefined) return undefined;
  const change = parseModeChange(text);
  if (change === undefined) return refuse(invocation, 'invalid mode');
  const mode = applyModeChange(change, 0o666, { directory: false, umask: 0 });
  return mode > 0o777 ? refuse(invocation, 'mode must specify only file permission bits') : mode;
};

const TABLE = { short: 'm:', long: { mode: 'm' } };

const deviceNumber = (invocation: Invocation, text: string, what: string): number => {
  if (!/^(?:0[xX][0-9a-fA-F]+|\d+)$/.test(text))
    return refuse(invocation, `invalid ${what} device number ${quote(text)}`);
  return /^0[0-7]/.test(text) ? Number.parseInt(text, 8) : Number(text);
};

const make = (invocation: Invocation, path: string, type: number, rdev: number, mode: number | undefined): number => {
  const { process } = invocation;
  try {
    process.mknod(path, type | (mode ?? 0o666), rdev);
    if (mode !== undefined) process.chmod(path, mode);
    return 0;
  } catch (error) {
    const what = invocation.name.endsWith('mkfifo') ? `cannot create fifo ${quote(path)}` : path;
    return complain(invocation, `${what}: ${errorText(error)}`);
  }
};

export const mknod: Command = (invocation) => {
  const options = parseOptions(invocation, TABLE);
  const mode = modeFrom(invocation, options);
  const [path, letter, major, minor, extra] = options.operands;
  if (path === undefined) throw usage(invocation, 'missing operand');
  if (letter === undefined) throw usage(invocation, `missing operand after ${quote(path)}`);
  const needs = letter.startsWith('p') ? 2 : 4;
  const { length } = options.operands;
  if (length < needs) {
    const hint = length === 2 ? '\nSpecial files require major and minor device numbers.' : '';
    throw usage(invocation, `missing operand after ${quote(options.operands.at(-1) ?? '')}${hint}`);
  }
  if (length > needs) {
    const hint = needs === 2 && length === 4 ? '\nFifos do not have major and minor device numbers.' : '';
    throw usage(invocation, `extra operand ${quote((needs === 2 ? major : extra) ?? '')}${hint}`);
  }
  const type = { p: S_IFIFO, c: S_IFCHR, u: S_IFCHR, b: S_IFBLK }[letter.charAt(0)];
  if (type === undefined) throw usage(invocation, `invalid device type ${quote(letter)}`);
  if (type === S_IFIFO) return make(invocation, path, type, 0, mode);
  const rdev = makedev(deviceNumber(invocation, major ?? '', 'major'), deviceNumber(invocation, minor ?? '', 'minor'));
  return make(invocation, path, type, rdev, mode);
};

export const mkfifo: Command = (invocation) => {
  const options = parseOptions(invocation, TABLE);
  const mode = modeFrom(invocation, options);
  if (options.operands.length === 0) throw usage(invocation, 'missing operand');
  return options.operands.reduce((status, path) => status | make(invocation, path, S_IFIFO, 0, mode), 0);
};
