/** `ln`. */
import { FsError, isDirectory } from '../../../fs/index.ts';
import { complain, errorText, print, quote, type Command, type Invocation } from '../../command.ts';
import { canonicalPath } from '../../canonical-path.ts';
import { baseName, directoryName } from '../../directory.ts';
import { statOrNothing } from '../../open-path.ts';
import { parseOptions, usage, type Options } from '../../options.ts';
import { readDestination, type Destination } from '../support/destination.ts';
import { relativePath } from '../support/relative-path.ts';

/** `ln -sr`: the target as seen from the link's directory. */
const relativeTarget = ({ process }: Invocation, target: string, link: string): string =>
  relativePath(canonicalPath(process, directoryName(link), 'none'), canonicalPath(process, target, 'none'));

const makeLink = (invocation: Invocation, options: Options, source: string, link: string): number => {
  const { process } = invocation;
  const symbolic = options.has('s');
  if (!symbolic) {
    let found;
    try {
      found = process.stat(source, options.has('L'));
    } catch (error) {
      return complain(invocation, `failed to access ${quote(source)}: ${errorText(error)}`);
    }
    if (isDirectory(found.mode)) return complain(invocation, `${source}: hard link not allowed for directory`);
  }
  const old = statOrNothing(process, link, false);
  if (old !== undefined && options.has('f')) {
    if (isDirectory(old.mode)) return complain(invocation, `${link}: cannot overwrite directory`);
    const same = statOrNothing(process, source, false);
    if (!symbolic && same?.ino === old.ino && same.dev === old.dev)
      return sameEntry(source, link)
        ? complain(invocation, `${quote(source)} and ${quote(link)} are the same file`)
        : 0;
    process.unlink(link);
  }
  const target = symbolic && options.has('r') ? relativeTarget(invocation, source, link) : source;
  try {
    if (symbolic) process.symlink(target, link);
    else process.link(source, link, options.has('L'));
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    const onto = symbolic
      ? target === '' || error.code === 'ENAMETOOLONG'
        ? ` -> ${quote(target)}`
        : ''
      : ['EEXIST', 'EDQUOT', 'ENOSPC', 'EROFS'].includes(error.code)
        ? ''
        : ` => ${quote(source)}`;
    return complain(
      invocation,
      `failed to create ${symbolic ? 'symbolic' : 'hard'} link ${quote(link)}${onto}: ${errorText(error)}`,
    );
  }
  if (options.has('v')) print(invocation, `${quote(link)} ${symbolic ? '->' : '=>'} ${quote(target)}\n`);
  return 0;
};

const sameEntry = (one: string, other: string): boolean =>
  baseName(one) === baseName(other) && directoryName(one) === directoryName(other);

export const ln: Command = (invocation) => {
  const options = parseOptions(invocation, {
    short: 'fnLPrst:Tv',
    long: {
      force: 'f',
      symbolic: 's',
      'no-dereference': 'n',
      'no-target-directory': 'T',
      'target-directory': 't',
      relative: 'r',
      verbose: 'v',
      logical: 'L',
      physical: 'P',
    },
  });
  const [only, ...others] = options.operands;
  let destination: Destination | number;
  if (only === undefined) throw usage(invocation, 'missing file operand');
  // One operand alone: a link of the same name here.
  if (others.length === 0 && !options.has('t', 'T'))
    destination = { sources: [only], nameFor: (source) => `./${baseName(source)}` };
  else destination = readDestination(invocation, options, { follow: !options.has('n') });
  if (typeof destination === 'number') return destination;
  let status = 0;
  for (const source of destination.sources)
    status |= makeLink(invocation, options, source, destination.nameFor(source));
  return status;
};
