/** `mv`: rename(2), and between file systems — or for a lower directory of an overlay — a copy and a removal. */
import { FsError, isDirectory, RENAME_EXCHANGE, RENAME_NOREPLACE, type Stat } from '../../../fs/index.ts';
import { complain, errorText, print, quote, type Command, type Invocation } from '../../command.ts';
import { stripSlashes } from '../../directory.ts';
import { parseOptions, type Options } from '../../options.ts';
import { copyPath, type Copying } from '../support/copy/index.ts';
import { readDestination } from '../support/destination.ts';
import { removePath } from '../support/remove.ts';

const copying = (verbose: boolean, renames: boolean): Copying => ({
  recursive: true,
  follow: 'never',
  mode: true,
  ownership: true,
  timestamps: true,
  xattrs: true,
  links: true,
  force: true,
  removeDestination: false,
  noClobber: false,
  update: false,
  verbose,
  moving: true,
  renames,
  instead: undefined,
  oneFileSystem: false,
  made: new Map(),
});

/** What rename(2) would have done, where it cannot. */
const moveAcross = (
  invocation: Invocation,
  from: string,
  to: string,
  source: Stat,
  verbose: boolean,
  renames: boolean,
): number => {
  const { process } = invocation;
  try {
    if (isDirectory(source.mode)) process.rmdir(to);
    else process.unlink(to);
  } catch (error) {
    const text = errorText(error);
    if (!(error instanceof FsError && error.code === 'ENOENT'))
      return complain(
        invocation,
        `inter-device move failed: ${quote(from)} to ${quote(to)}; unable to remove target: ${text}`,
      );
  }
  const status = copyPath(invocation, from, to, copying(verbose, renames));
  if (status !== 0) return status;
  return removePath(invocation, from, { recursive: true, force: true, directories: true, verbose });
};

const renameError = (from: string, to: string, error: FsError): string => {
  if (error.code === 'EINVAL') return `cannot move ${quote(from)} to a subdirectory of itself, ${quote(to)}`;
  return `cannot move ${quote(from)} to ${quote(to)}: ${errorText(error)}`;
};

/**
 * `mv d e`, where `e` is no directory: GNU then takes one EXDEV for an answer and copies the whole tree. Moving into a
 * directory, or with -t or -T, it tries rename(2) again for every name below.
 */
const isDirect = (options: Options, to: string): boolean => !options.has('t', 'T') && to === options.operands.at(-1);

const moveOne = (invocation: Invocation, options: Options, from: string, to: string): number => {
  const { process } = invocation;
  let source: Stat;
  try {
    source = process.stat(from, false);
  } catch (error) {
    return complain(invocation, `cannot stat ${quote(from)}: ${errorText(error)}`);
  }
  let target: Stat | undefined;
  try {
    target = process.stat(to, false);
  } catch (error) {
    const text = errorText(error);
    if (!(error instanceof FsError && error.code === 'ENOENT'))
      return complain(invocation, `cannot stat ${quote(to)}: ${text}`);
  }
  if (target !== undefined && !options.has('exchange')) {
    if (source.dev === target.dev && source.ino === target.ino)
      return complain(invocation, `${quote(from)} and ${quote(to)} are the same file`);
    if (options.last('n', 'f') === 'n') return 0;
    if (options.has('u') && target.mtime >= source.mtime) return 0;
    if (isDirectory(target.mode) && !isDirectory(source.mode))
      return complain(invocation, `cannot overwrite directory ${quote(to)} with non-directory`);
    if (isDirectory(source.mode) && !isDirectory(target.mode))
      return complain(invocation, `cannot overwrite non-directory ${quote(to)} with directory ${quote(from)}`);
  }
  const flags = options.has('exchange') ? RENAME_EXCHANGE : target === undefined ? RENAME_NOREPLACE : 0;
  try {
    process.rename(from, to, flags);
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    if (error.code === 'EXDEV' && !options.has('exchange'))
      return moveAcross(invocation, from, to, source, options.has('v'), !isDirect(options, to));
    return complain(invocation, renameError(from, to, error));
  }
  if (options.has('v'))
    print(
      invocation,
      `${options.has('exchange') ? 'exchanged' : 'renamed'} ${quote(from)} ${options.has('exchange') ? '<' : ''}-> ${quote(to)}\n`,
    );
  return 0;
};

export const mv: Command = (invocation) => {
  const options = parseOptions(invocation, {
    short: 'fnt:Tuv',
    long: {
      force: 'f',
      'no-clobber': 'n',
      'target-directory': 't',
      'no-target-directory': 'T',
      update: 'u',
      verbose: 'v',
      exchange: 'exchange',
      'strip-trailing-slashes': 'strip-trailing-slashes',
    },
  });
  const destination = readDestination(invocation, options);
  if (typeof destination === 'number') return destination;
  let status = 0;
  for (const operand of destination.sources) {
    const source = options.has('strip-trailing-slashes') ? stripSlashes(operand) : operand;
    status |= moveOne(invocation, options, source, destination.nameFor(source));
  }
  return status;
};
