/** `stat`: everything an inode says, in GNU's layout or by `-c`. `-f` asks the file system instead. */
import { isDevice, isSymlink, majorOf, minorOf, type Stat } from '../../../fs/index.ts';
import { complain, errorText, print, quote, type Command, type Invocation } from '../../command.ts';
import { modeString, typeName } from '../../file-mode.ts';
import { parseOptions, usage } from '../../options.ts';
import { escapeBytes } from '../../builtins/text/escapes.ts';
import { decodeName } from '../../../fs/index.ts';
import { readAccounts, type Accounts } from '../support/accounts.ts';
import { fractionOf, fullTime, secondsOf } from '../support/dates.ts';

interface Subject {
  readonly name: string;
  readonly stat: Stat;
  readonly link: string | undefined;
  readonly accounts: Accounts;
}

const hex = (value: number | bigint): string => value.toString(16);
const octal = (mode: number): string => (mode & 0o7777).toString(8);
const quotedName = ({ name, link }: Subject): string =>
  link === undefined ? quote(name) : `${quote(name)} -> ${quote(link)}`;

const DIRECTIVES: Record<string, (subject: Subject) => string> = {
  a: ({ stat }) => octal(stat.mode),
  A: ({ stat }) => modeString(stat.mode),
  b: ({ stat }) => String(stat.blocks),
  B: () => '512',
  d: ({ stat }) => String(stat.dev),
  D: ({ stat }) => hex(stat.dev),
  f: ({ stat }) => hex(stat.mode),
  F: ({ stat }) => typeName(stat.mode, stat.size),
  g: ({ stat }) => String(stat.gid),
  G: ({ stat, accounts }) => accounts.groupName(stat.gid) ?? 'UNKNOWN',
  h: ({ stat }) => String(stat.nlink),
  i: ({ stat }) => String(stat.ino),
  n: ({ name }) => name,
  N: quotedName,
  o: ({ stat }) => String(stat.blksize),
  r: ({ stat }) => String(stat.rdev),
  R: ({ stat }) => hex(stat.rdev),
  s: ({ stat }) => String(stat.size),
  t: ({ stat }) => hex(majorOf(stat.rdev)),
  T: ({ stat }) => hex(minorOf(stat.rdev)),
  u: ({ stat }) => String(stat.uid),
  U: ({ stat, accounts }) => accounts.userName(stat.uid) ?? 'UNKNOWN',
  x: ({ stat }) => fullTime(stat.atime),
  X: ({ stat }) => String(secondsOf(stat.atime)),
  y: ({ stat }) => fullTime(stat.mtime),
  Y: ({ stat }) => String(secondsOf(stat.mtime)),
  z: ({ stat }) => fullTime(stat.ctime),
  Z: ({ stat }) => String(secondsOf(stat.ctime)),
  w: ({ stat }) => (stat.btime === 0n ? '-' : fullTime(stat.btime)),
  W: ({ stat }) => String(secondsOf(stat.btime)),
  '%': () => '%',
};

/** `%Hd`, `%Ld`, `%Hr`, `%Lr`: the halves of a device number. */
const half = (which: string, device: number): string => String(which === 'H' ? majorOf(device) : minorOf(device));
const TIMES: Record<string, 'atime' | 'mtime' | 'ctime' | 'btime'> = { X: 'atime', Y: 'mtime', Z: 'ctime', W: 'btime' };

const fill = (subject: Subject, format: string): string =>
  format.replace(
    /%([-#0 +]*)(\d*)(?:\.(\d*))?([HL]?)([a-zA-Z%])/g,
    (whole, flags: string, width: string, precision: string | undefined, which: string, letter: string) => {
      const time = TIMES[letter];
      let text =
        which !== '' && (letter === 'd' || letter === 'r')
          ? half(which, letter === 'd' ? subject.stat.dev : subject.stat.rdev)
          : (DIRECTIVES[letter]?.(subject) ?? whole);
      if (time !== undefined && precision !== undefined)
        text += `.${String(fractionOf(subject.stat[time]))
          .padStart(9, '0')
          .slice(0, Number(precision || '9'))}`;
      if (flags.includes('#') && letter === 'a') text = `0${text}`;
      if (flags.includes('-')) return text.padEnd(Number(width));
      return text.padStart(Number(width), flags.includes('0') ? '0' : ' ');
    },
  );

const layout = (stat: Stat): string =>
  [
    '  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F',
    isDevice(stat.mode)
      ? 'Device: %Hd,%Ld\tInode: %-10i  Links: %-5h Device type: %Hr,%Lr'
      : 'Device: %Hd,%Ld\tInode: %-10i  Links: %h',
    'Access: (%04a/%10.10A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)',
    'Access: %x',
    'Modify: %y',
    'Change: %z',
    ' Birth: %w',
    '',
  ].join('\n');

const FILE_SYSTEMS: Record<number, string> = { 0x01021994: 'tmpfs', 0x794c7630: 'overlayfs', 0xef53: 'ext2/ext3' };

const fileSystem = (invocation: Invocation, operand: string, format: string | undefined): string => {
  const info = invocation.process.statfs(operand);
  const directives: Record<string, string> = {
    a: String(info.bavail),
    b: String(info.blocks),
    c: String(info.files),
    d: String(info.ffree),
    f: String(info.bfree),
    i: '0',
    l: String(info.namelen),
    n: operand,
    s: String(info.bsize),
    S: String(info.bsize),
    t: hex(info.type),
    T: FILE_SYSTEMS[info.type] ?? `UNKNOWN (0x${hex(info.type)})`,
  };
  const pattern =
    format ??
    [
      '  File: "%n"',
      '    ID: %-8i Namelen: %-7l Type: %T',
      'Block size: %-10s Fundamental block size: %S',
      'Blocks: Total: %-10b Free: %-10f Available: %a',
      'Inodes: Total: %-10c Free: %d',
      '',
    ].join('\n');
  return pattern.replace(/%(-?)(\d*)([a-zA-Z])/g, (whole, left: string, width: string, letter: string) => {
    const text = directives[letter] ?? whole;
    return left === '' ? text.padStart(Number(width)) : text.padEnd(Number(width));
  });
};

export const stat: Command = (invocation) => {
  const options = parseOptions(invocation, {
    short: 'c:fLt',
    long: { format: 'c', printf: 'printf', dereference: 'L', 'file-system': 'f', terse: 't' },
    valued: ['printf'],
  });
  if (options.operands.length === 0) throw usage(invocation, 'missing operand');
  const accounts = readAccounts(invocation.process);
  const custom = options.value('c', 'printf');
  const isRaw = options.last('c', 'printf') === 'printf';
  const terse = options.has('t') ? '%n %s %b %f %u %g %D %i %h %t %T %X %Y %Z %W %o' : undefined;
  let status = 0;
  for (const operand of options.operands) {
    try {
      const format = custom === undefined ? terse : isRaw ? decodeName(escapeBytes(custom, 'printf').bytes) : custom;
      const end = format === undefined || isRaw ? '' : '\n';
      if (options.has('f')) {
        print(invocation, fileSystem(invocation, operand, format) + end);
        continue;
      }
      const found = invocation.process.stat(operand, options.has('L'));
      const link = isSymlink(found.mode) ? invocation.process.readlink(operand) : undefined;
      const subject: Subject = { name: operand, stat: found, link, accounts };
      if (format === undefined)
        print(
          invocation,
          `  File: ${link === undefined ? operand : `${operand} -> ${link}`}\n${fill(subject, layout(found))}`,
        );
      else print(invocation, fill(subject, format) + end);
    } catch (error) {
      const what = options.has('f') ? 'read file system information for' : 'statx';
      status = complain(invocation, `cannot ${what} ${quote(operand)}: ${errorText(error)}`);
    }
  }
  return status;
};
