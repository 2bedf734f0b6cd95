/** `cp`. */
import { isDirectory } from '../../../fs/index.ts';
import { complain, quote, type Command } from '../../command.ts';
import { joinPath, stripSlashes } from '../../directory.ts';
import { parseOptions, usage, type Options } from '../../options.ts';
import { statOrNothing } from '../../open-path.ts';
import { copyPath, type Copying } from '../support/copy/index.ts';
import { readDestination } from '../support/destination.ts';
import { DirectoryError, makeDirectories } from '../support/make-directories.ts';

const ATTRIBUTES = ['mode', 'ownership', 'timestamps', 'links', 'xattr', 'all', 'context'];

/** What -p, -a, -d, --preserve and --no-preserve add up to, in the order given. */
const preserved = (options: Options): ReadonlySet<string> => {
  const kept = new Set<string>();
  for (const [name, value] of options.given) {
    if (name === 'p' || (name === 'preserve' && value === ''))
      for (const attribute of ['mode', 'ownership', 'timestamps']) kept.add(attribute);
    else if (name === 'd') kept.add('links');
    else if (name === 'a') for (const attribute of ATTRIBUTES) kept.add(attribute);
    else if (name === 'preserve')
      for (const attribute of value === 'all' ? ATTRIBUTES : value.split(',')) kept.add(attribute);
    else if (name === 'no-preserve')
      for (const attribute of value === 'all' ? ATTRIBUTES : value.split(',')) kept.delete(attribute);
  }
  return kept;
};

const followFrom = (options: Options): Copying['follow'] => {
  const last = options.last('L', 'P', 'H', 'a', 'd');
  if (last === 'L') return 'always';
  if (last === 'H') return 'operands';
  if (last !== undefined) return 'never';
  return options.has('r', 'R', 's', 'l') ? 'never' : 'always';
};

export const cp: Command = (invocation) => {
  const options = parseOptions(invocation, {
    short: 'adfHlLnPprRst:Tuvx',
    long: {
      archive: 'a',
      force: 'f',
      link: 'l',
      dereference: 'L',
      'no-clobber': 'n',
      'no-dereference': 'P',
      preserve: 'preserve',
      'no-preserve': 'no-preserve',
      parents: 'parents',
      recursive: 'r',
      reflink: 'reflink',
      sparse: 'sparse',
      'remove-destination': 'remove-destination',
      'strip-trailing-slashes': 'strip-trailing-slashes',
      'symbolic-link': 's',
      'target-directory': 't',
      'no-target-directory': 'T',
      update: 'u',
      verbose: 'v',
      'one-file-system': 'x',
    },
    valued: ['no-preserve', 'sparse'],
    optional: ['preserve', 'reflink'],
  });
  const kept = preserved(options);
  const wrong = [...kept].find((attribute) => !ATTRIBUTES.includes(attribute));
  if (wrong !== undefined) throw usage(invocation, `invalid argument ${quote(wrong)} for ${quote('--preserve')}`);
  const destination = readDestination(invocation, options);
  if (typeof destination === 'number') return destination;
  const recursive = options.has('r', 'R', 'a');
  const copying: Copying = {
    recursive,
    follow: followFrom(options),
    mode: kept.has('mode'),
    ownership: kept.has('ownership'),
    timestamps: kept.has('timestamps'),
    xattrs: kept.has('xattr'),
    // What -l makes are links already.
    links: kept.has('links') && !options.has('l'),
    force: options.has('f'),
    removeDestination: options.has('remove-destination'),
    noClobber: options.has('n'),
    update: options.has('u'),
    verbose: options.has('v'),
    moving: false,
    renames: false,
    instead: { l: 'link' as const, s: 'symlink' as const }[options.last('l', 's') ?? ''],
    oneFileSystem: options.has('x'),
    made: new Map(),
  };
  let status = 0;
  const seen = new Set<string>();
  for (const operand of destination.sources) {
    const source = options.has('strip-trailing-slashes') ? stripSlashes(operand) : operand;
    let target = destination.nameFor(source);
    if (options.has('parents')) {
      const directory = options.value('t') ?? options.operands.at(-1) ?? '.';
      target = joinPath(directory, stripSlashes(source));
      try {
        makeDirectories(invocation, target.slice(0, target.lastIndexOf('/')));
      } catch (error) {
        if (!(error instanceof DirectoryError)) throw error;
        status = complain(invocation, error.message.replace('cannot create', 'cannot make'));
        continue;
      }
    }
    if (seen.has(target) && !isDirectory(statOrNothing(invocation.process, source)?.mode ?? 0)) {
      status = complain(invocation, `will not overwrite just-created ${quote(target)} with ${quote(source)}`);
      continue;
    }
    const result = copyPath(invocation, source, target, copying);
    if (result === 0) seen.add(target);
    status |= result;
  }
  return status;
};
