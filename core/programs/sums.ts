/** `sums`: CRC-32 sums of all files below a directory, to tell two trees apart or to check one later. */
import {
  close,
  dieOf,
  errorText,
  failure,
  list,
  open,
  READ,
  read,
  readFile,
  stat,
  TYPE_DIRECTORY,
  TYPE_FILE,
} from './lib/files';
import { die, print, programArguments, usage } from './lib/program';
import { proc_exit } from './lib/wasi';

const USAGE = `usage: sums PATH...      print "SUM  SIZE  PATH" for every file
       sums -c LIST      check files against such a list
It reads every byte and copies nothing up.
`;

const table = new StaticArray<u32>(256);
const buffer = new Uint8Array(65_536);

function makeTable(): void {
  for (let index = 0; index < 256; index++) {
    let value: u32 = index;
    for (let bit = 0; bit < 8; bit++) value = (value & 1) != 0 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    table[index] = value;
  }
}

/** The sum as eight hexadecimal digits; empty for an error. */
function sumOf(path: string): string {
  const fd = open(path, READ);
  if (fd < 0) return '';
  let sum: u32 = 0xffffffff;
  for (;;) {
    const count = read(fd, buffer);
    if (count < 0) return '';
    if (count == 0) break;
    for (let at = 0; at < count; at++) sum = table[(sum ^ buffer[at]) & 255] ^ (sum >>> 8);
  }
  close(fd);
  return (sum ^ 0xffffffff).toString(16).padStart(8, '0');
}

function show(path: string): void {
  const found = stat(path, false);
  if (found === null) dieOf(path);
  if (found!.type == TYPE_FILE) print(sumOf(path) + '  ' + found!.size.toString().padStart(10) + '  ' + path);
  if (found!.type != TYPE_DIRECTORY) return;
  const names = list(path);
  if (names === null) dieOf(path);
  for (let index = 0; index < names!.length; index++) show((path.endsWith('/') ? path : path + '/') + names![index]);
}

function check(path: string): void {
  const bytes = readFile(path);
  if (bytes === null) dieOf(path);
  const lines = String.UTF8.decodeUnsafe(bytes!.dataStart, bytes!.length).split('\n');
  let failed = 0;
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index];
    if (line.length == 0) continue;
    if (line.length < 23) die(path + ': line ' + (index + 1).toString() + ' is no sum');
    const file = line.substring(22);
    const sum = sumOf(file);
    if (sum == line.substring(0, 8)) continue;
    failed++;
    print(file + ': ' + (sum == '' ? errorText(failure()) : 'changed'));
  }
  if (failed > 0) proc_exit(1);
}

function main(): void {
  makeTable();
  const given = programArguments();
  if (given.length < 2 || given[1] == '--help') return usage(USAGE);
  if (given[1] == '-c') {
    if (given.length != 3) return usage(USAGE);
    return check(given[2]);
  }
  for (let at = 1; at < given.length; at++) show(given[at]);
}

main();
