/** `getfattr`. */
import { compareNames, encodeName, FsError, isDirectory, isSymlink } from '../../../fs/index.ts';
import { complain, errorText, print, type Command, type Invocation } from '../../command.ts';
import { joinPath, listDirectory } from '../../directory.ts';
import { parseOptions, UsageError, type Options } from '../../options.ts';
import { formatValue, quoteName, type Encoding } from './xattr-values.ts';

const USAGE =
  'Usage: getfattr [-hRLP] [-n name|-d] [-e en] [-m pattern] path...\n' +
  "Try `getfattr --help' for more information.\n";

/** Names are matched by -m as an extended regular expression, `-` for all; only `user.` without it. */
const pattern = (options: Options): RegExp => {
  const text = options.value('m');
  if (text === undefined) return /^user\./;
  return text === '-' ? /^/ : new RegExp(text, 'u');
};

interface Query {
  readonly invocation: Invocation;
  readonly options: Options;
  readonly shown: RegExp;
  readonly encoding: Encoding | undefined;
  stripped: boolean;
}

const ENCODINGS: Record<string, Encoding> = {
  text: 'text',
  t: 'text',
  hex: 'hex',
  h: 'hex',
  base64: 'base64',
  b: 'base64',
};

const show = (query: Query, path: string): number => {
  const { invocation, options } = query;
  const follow = !options.has('h');
  const { process } = invocation;
  const single = options.value('n');
  const lines: string[] = [];
  let status = 0;
  let names: readonly string[];
  if (single !== undefined) names = [single];
  else {
    try {
      names = process
        .listxattr(path, follow)
        .filter((name) => query.shown.test(name))
        .toSorted(compareNames);
    } catch (error) {
      return complain(invocation, `${path}: ${errorText(error)}`);
    }
  }
  for (const name of names) {
    if (single === undefined && !options.has('d')) {
      lines.push(quoteName(name));
      continue;
    }
    try {
      const value = process.getxattr(path, name, follow);
      if (options.has('only-values')) {
        invocation.stdout.write(value);
        continue;
      }
      lines.push(`${quoteName(name)}=${formatValue(value, query.encoding)}`);
    } catch (error) {
      const text = error instanceof FsError && error.code === 'ENODATA' ? 'No such attribute' : errorText(error);
      invocation.stderr.write(encodeName(`${path}: ${name}: ${text}\n`));
      status = 1;
    }
  }
  if (lines.length === 0) return status;
  let shown = options.has('absolute-names') ? path : path.replace(/^\.\/+/, '') || '.';
  if (path.startsWith('/') && !options.has('absolute-names')) {
    shown = path.replace(/^\/+/, '') || '.';
    if (!query.stripped) complain(invocation, "Removing leading '/' from absolute path names");
    query.stripped = true;
  }
  print(invocation, `# file: ${quoteName(shown)}\n${lines.map((line) => `${line}\n`).join('')}\n`);
  return status;
};

const walk = (query: Query, path: string): number => {
  let status = show(query, path);
  const { mode } = query.invocation.process.stat(path, false);
  if (!isDirectory(mode) || isSymlink(mode)) return status;
  const names = listDirectory(query.invocation.process, path).map(({ name }) => name);
  for (const name of names) status |= walk(query, joinPath(path, name));
  return status;
};

export const getfattr: Command = (invocation) => {
  const options = parseOptions(invocation, {
    short: 'n:de:m:hRLP',
    long: {
      name: 'n',
      dump: 'd',
      encoding: 'e',
      match: 'm',
      'no-dereference': 'h',
      recursive: 'R',
      'absolute-names': 'absolute-names',
      'only-values': 'only-values',
    },
    failure: 2,
  });
  if (options.operands.length === 0) throw new UsageError(USAGE, 2);
  const encoding = options.value('e');
  if (encoding !== undefined && ENCODINGS[encoding] === undefined) throw new UsageError(USAGE, 2);
  const query: Query = {
    invocation,
    options,
    shown: pattern(options),
    encoding: ENCODINGS[encoding ?? ''],
    stripped: false,
  };
  let status = 0;
  for (const path of options.operands) {
    try {
      invocation.process.stat(path, !options.has('h'));
      status |= options.has('R') ? walk(query, path) : show(query, path);
    } catch (error) {
      status = complain(invocation, `${path}: ${errorText(error)}`);
    }
  }
  return status;
};
