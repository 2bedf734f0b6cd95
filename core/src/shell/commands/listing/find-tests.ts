/** Tests and actions of `find`. */
import { decodeName, encodeName, isDirectory, isSymlink, S_IFMT, type Stat } from '../../../fs/index.ts';
import { escapeBytes } from '../../builtins/text/escapes.ts';
import { print, type Invocation } from '../../command.ts';
import { listDirectory } from '../../directory.ts';
import { matches } from '../../expansion/pattern.ts';
import { applyModeChange, modeString, parseModeChange, typeLetter } from '../../file-mode.ts';
import { UsageError } from '../../options.ts';
import { statOrNothing } from '../../open-path.ts';
import { readAccounts } from '../support/accounts.ts';
import { formatTime, secondsOf } from '../support/dates.ts';
import { removePath } from '../support/remove.ts';
import type { Entry, Reader, Test } from './find-expression.ts';

/** Reads a primary's arguments and answers its test. */
export type Action = (reader: Reader) => Test;

const refuse = (invocation: Invocation, message: string): never => {
  throw new UsageError(`${invocation.name}: ${message}\n`);
};

const glob = (pattern: string, text: string): boolean => matches([{ text: pattern, quoted: false }], text);

/** `5`, `+5`, `-5`: equal, more, less. */
const count = (
  reader: Reader,
  primary: string,
  suffixes = '',
): ((value: number, unit?: string) => boolean) & { unit: string } => {
  const text = reader.argument(primary);
  const match =
    new RegExp(`^([+-]?)(\\d+)([${suffixes}]?)$`).exec(suffixes === '' ? `${text}` : text) ??
    /^([+-]?)(\d+)()$/.exec(text);
  if (match === null) return refuse(reader.invocation, `invalid argument \`${text}' to \`${primary}'`);
  const wanted = Number(match[2]);
  const compare = (value: number): boolean =>
    match[1] === '+' ? value > wanted : match[1] === '-' ? value < wanted : value === wanted;
  return Object.assign(compare, { unit: match[3] ?? '' });
};

const byName =
  (primary: string, of: (entry: Entry) => string, fold = false): Action =>
  (reader) => {
    const pattern = reader.argument(primary);
    if (!fold) return (entry) => glob(pattern, of(entry));
    return (entry) => glob(pattern.toLowerCase(), of(entry).toLowerCase());
  };

const numeric =
  (primary: string, of: (stat: Stat) => number): Action =>
  (reader) => {
    const compare = count(reader, primary);
    return ({ stat }) => compare(of(stat));
  };

const UNITS: Record<string, number> = { b: 512, c: 1, w: 2, k: 1024, M: 1_048_576, G: 1_073_741_824, '': 512 };

const bySize: Action = (reader) => {
  const compare = count(reader, '-size', 'bcwkMG');
  const unit = UNITS[compare.unit] ?? 512;
  return ({ stat }) => compare(Math.ceil(stat.size / unit));
};

const byPermission: Action = (reader) => {
  const text = reader.argument('-perm');
  const match = /^([-/]?)(.*)$/.exec(text);
  const change = parseModeChange(match?.[2] ?? '');
  if (change === undefined) return refuse(reader.invocation, `invalid mode \`${text}'`);
  const wanted = applyModeChange(change, 0, { directory: false, umask: 0 });
  return ({ stat }) => {
    const mode = stat.mode & 0o7777;
    if (match?.[1] === '-') return (mode & wanted) === wanted;
    return match?.[1] === '/' ? wanted === 0 || (mode & wanted) !== 0 : mode === wanted;
  };
};

const byType =
  (primary: '-type' | '-xtype'): Action =>
  (reader) => {
    const letters = reader
      .argument(primary)
      .split(',')
      .map((letter) => (letter === 'f' ? '-' : letter));
    const wrong = letters.find((letter) => !'bcdpls-'.includes(letter) || letter.length !== 1);
    if (wrong !== undefined) return refuse(reader.invocation, `Unknown argument to ${primary}: ${wrong}`);
    return ({ stat, invocation, path }) => {
      const subject = primary === '-xtype' ? (statOrNothing(invocation.process, path) ?? stat) : stat;
      return letters.includes(typeLetter(subject.mode & S_IFMT));
    };
  };

type Time = 'atime' | 'mtime' | 'ctime';

const byAge =
  (primary: string, time: Time, unit: bigint): Action =>
  (reader) => {
    const compare = count(reader, primary);
    const now = secondsOf(reader.invocation.clock.now());
    return ({ stat }) => compare(Number((now - secondsOf(stat[time])) / unit));
  };

const newer =
  (primary: string, time: Time): Action =>
  (reader) => {
    const path = reader.argument(primary);
    const reference = statOrNothing(reader.invocation.process, path);
    if (reference === undefined) return refuse(reader.invocation, `\u2018${path}\u2019: No such file or directory`);
    return ({ stat }) => stat[time] > reference.mtime;
  };

const byOwner =
  (primary: '-user' | '-group'): Action =>
  (reader) => {
    const name = reader.argument(primary);
    const accounts = readAccounts(reader.invocation.process);
    const id = primary === '-user' ? accounts.userId(name) : accounts.groupId(name);
    if (id === undefined)
      return refuse(
        reader.invocation,
        primary === '-user'
          ? `\u2018${name}\u2019 is not the name of a known user`
          : `\u2018${name}\u2019 is not the name of an existing group`,
      );
    return ({ stat }) => (primary === '-user' ? stat.uid : stat.gid) === id;
  };

const isEmpty: Test = ({ stat, invocation, path }) =>
  isDirectory(stat.mode)
    ? listDirectory(invocation.process, path).length === 0
    : typeLetter(stat.mode) === '-' && stat.size === 0;

export const PRIMARIES: Readonly<Record<string, Action>> = {
  '-name': byName('-name', ({ name }) => name),
  '-iname': byName('-iname', ({ name }) => name, true),
  '-path': byName('-path', ({ path }) => path),
  '-wholename': byName('-wholename', ({ path }) => path),
  '-lname': byName('-lname', ({ stat, invocation, path }) =>
    isSymlink(stat.mode) ? invocation.process.readlink(path) : '',
  ),
  '-regex': (reader) => {
    const expression = new RegExp(`^(?:${reader.argument('-regex')})$`, 'us');
    return ({ path }) => expression.test(path);
  },
  '-type': byType('-type'),
  '-xtype': byType('-xtype'),
  '-perm': byPermission,
  '-size': bySize,
  '-links': numeric('-links', (stat) => stat.nlink),
  '-inum': numeric('-inum', (stat) => Number(stat.ino)),
  '-uid': numeric('-uid', (stat) => stat.uid),
  '-gid': numeric('-gid', (stat) => stat.gid),
  '-user': byOwner('-user'),
  '-group': byOwner('-group'),
  '-nouser': ({ invocation }) => {
    const accounts = readAccounts(invocation.process);
    return ({ stat }) => accounts.userName(stat.uid) === undefined;
  },
  '-nogroup': ({ invocation }) => {
    const accounts = readAccounts(invocation.process);
    return ({ stat }) => accounts.groupName(stat.gid) === undefined;
  },
  '-mtime': byAge('-mtime', 'mtime', 86_400n),
  '-atime': byAge('-atime', 'atime', 86_400n),
  '-ctime': byAge('-ctime', 'ctime', 86_400n),
  '-mmin': byAge('-mmin', 'mtime', 60n),
  '-newer': newer('-newer', 'mtime'),
  '-anewer': newer('-anewer', 'atime'),
  '-cnewer': newer('-cnewer', 'ctime'),
  '-samefile': (reader) => {
    const same = statOrNothing(reader.invocation.process, reader.argument('-samefile'));
    return ({ stat }) => stat.ino === same?.ino && stat.dev === same.dev;
  },
  '-empty': () => isEmpty,
  '-true': () => () => true,
  '-false': () => () => false,
  '-readable':
    () =>
    ({ invocation, path }) =>
      mayDo(invocation, path, 4),
  '-writable':
    () =>
    ({ invocation, path }) =>
      mayDo(invocation, path, 2),
  '-executable':
    () =>
    ({ invocation, path }) =>
      mayDo(invocation, path, 1),
};

const mayDo = ({ process }: Invocation, path: string, mask: number): boolean => {
  try {
    process.access(path, mask);
    return true;
  } catch {
    return false;
  }
};

const FORMATS: Record<string, (entry: Entry) => string> = {
  a: ({ stat }) => formatTime(stat.atime, '%a %b %e %H:%M:%S.%N0 %Y'),
  b: ({ stat }) => String(stat.blocks),
  c: ({ stat }) => formatTime(stat.ctime, '%a %b %e %H:%M:%S.%N0 %Y'),
  d: ({ depth }) => String(depth),
  D: ({ stat }) => String(stat.dev),
  f: ({ name }) => name,
  g: ({ stat, invocation }) => readAccounts(invocation.process).groupName(stat.gid) ?? String(stat.gid),
  G: ({ stat }) => String(stat.gid),
  h: ({ path }) => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.'),
  i: ({ stat }) => String(stat.ino),
  k: ({ stat }) => String(Math.ceil(stat.blocks / 2)),
  l: ({ stat, invocation, path }) => (isSymlink(stat.mode) ? invocation.process.readlink(path) : ''),
  m: ({ stat }) => (stat.mode & 0o7777).toString(8),
  M: ({ stat }) => modeString(stat.mode),
  n: ({ stat }) => String(stat.nlink),
  p: ({ path }) => path,
  P: ({ path, root }) => path.slice(root.length).replace(/^\//, ''),
  s: ({ stat }) => String(stat.size),
  t: ({ stat }) => formatTime(stat.mtime, '%a %b %e %H:%M:%S.%N0 %Y'),
  u: ({ stat, invocation }) => readAccounts(invocation.process).userName(stat.uid) ?? String(stat.uid),
  U: ({ stat }) => String(stat.uid),
  y: ({ stat }) => typeLetter(stat.mode).replace('-', 'f'),
  '%': () => '%',
};

const fill = (format: string, entry: Entry): string =>
  format.replace(
    /%(-?)(\d*)([ACT])?([a-zA-Z%@])/g,
    (whole, left: string, width: string, time: string | undefined, letter: string) => {
      let text = FORMATS[letter]?.(entry) ?? whole;
      if (time !== undefined) {
        const moment = entry.stat[time === 'A' ? 'atime' : time === 'C' ? 'ctime' : 'mtime'];
        text = letter === '@' ? `${formatTime(moment, '%s.%N')}0` : formatTime(moment, `%${letter}`);
      }
      return left === '' ? text.padStart(Number(width)) : text.padEnd(Number(width));
    },
  );

const printing =
  (end: string): Action =>
  () =>
  ({ invocation, path }) => {
    print(invocation, path + end);
    return true;
  };

/** The words of `-exec` up to `;` or `{} +`. */
const command = (reader: Reader, primary: string): { readonly words: readonly string[]; readonly many: boolean } => {
  const words: string[] = [];
  for (;;) {
    const word = reader.next();
    if (word === undefined) return refuse(reader.invocation, `missing argument to \`${primary}'`);
    if (word === ';') return { words, many: false };
    if (word === '+' && words.at(-1) === '{}') return { words: words.slice(0, -1), many: true };
    words.push(word);
  }
};

const execute: Action = (reader) => {
  const { words, many } = command(reader, '-exec');
  const { invocation } = reader;
  if (!many)
    return async ({ path }) => (await invocation.run({ argv: words.map((word) => word.replaceAll('{}', path)) })) === 0;
  const gathered: string[] = [];
  reader.finishers.push(async () =>
    gathered.length === 0 || (await invocation.run({ argv: [...words, ...gathered] })) === 0 ? 0 : 1,
  );
  return ({ path }) => gathered.push(path) > 0;
};

export const ACTIONS: Readonly<Record<string, Action>> = {
  '-print': printing('\n'),
  '-print0': printing('\0'),
  '-printf': (reader) => {
    const format = decodeName(escapeBytes(reader.argument('-printf'), 'printf').bytes);
    return (entry) => {
      entry.invocation.stdout.write(encodeName(fill(format, entry)));
      return true;
    };
  },
  '-exec': execute,
  '-delete':
    () =>
    ({ invocation, path, state }) => {
      if (path === '.') return true;
      const status = removePath(invocation, path, {
        recursive: false,
        force: false,
        directories: true,
        verbose: false,
      });
      state.status |= status;
      return status === 0;
    },
  '-prune':
    () =>
    ({ state }) => {
      state.pruned = true;
      return true;
    },
  '-quit':
    () =>
    ({ state }) => {
      state.quit = true;
      return true;
    },
};
