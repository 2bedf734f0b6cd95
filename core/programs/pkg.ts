/** `pkg`: installs packages that are tar archives, remembers what they brought, and removes them again. */
import {
  close,
  CREATE,
  dieOf,
  EEXIST,
  ENOENT,
  failure,
  link,
  list,
  makeDirectories,
  makeDirectory,
  mustOpen,
  readFile,
  remove,
  removeDirectory,
  stat,
  symlink,
  TRUNCATE,
  TYPE_DIRECTORY,
  WRITE,
  writeText,
} from './lib/files';
import { die, print, programArguments, usage, writeAll } from './lib/program';

const USAGE = `usage: pkg install FILE.tar [ROOT]   extract below ROOT (default /) and remember the files
       pkg remove NAME                remove what it brought
       pkg list [NAME]                installed packages, or the files of one
A package is called as its file without .tar. What is installed is kept in /var/lib/pkg/NAME.list.
`;

const BLOCK = 512;
const DATABASE = '/var/lib/pkg';

function field(archive: Uint8Array, at: i32, length: i32): string {
  let end = at;
  while (end < at + length && archive[end] != 0) end++;
  return String.UTF8.decodeUnsafe(archive.dataStart + at, end - at);
}

function octal(archive: Uint8Array, at: i32, length: i32): i64 {
  let value: i64 = 0;
  for (let index = at; index < at + length; index++) {
    const digit = archive[index] - 48;
    if (digit <= 7) value = value * 8 + digit;
  }
  return value;
}

function isChecked(archive: Uint8Array, at: i32): bool {
  let sum: i64 = 0;
  for (let index = 0; index < BLOCK; index++) sum += index >= 148 && index < 156 ? 32 : <i64>archive[at + index];
  return sum == octal(archive, at + 148, 8);
}

/** `./a//b/` as `a/b`. Ends the program for a name that leads out of the root. */
function clean(name: string): string {
  const parts: string[] = [];
  const given = name.split('/');
  for (let index = 0; index < given.length; index++) {
    const part = given[index];
    if (part == '..') die(name + ': leads out of the root; nothing more is installed');
    if (part != '' && part != '.') parts.push(part);
  }
  return parts.join('/');
}

function parentOf(path: string): string {
  return path.substring(0, path.lastIndexOf('/'));
}

function writeFile(path: string, archive: Uint8Array, at: i32, size: i32): void {
  // A new file in the place of the old one: whoever runs the old program keeps it, and nothing is copied up.
  if (!remove(path) && failure() != ENOENT) dieOf(path);
  const fd = mustOpen(path, WRITE | CREATE | TRUNCATE);
  writeAll(fd, archive.dataStart + at, size);
  close(fd);
}

function nameOf(path: string): string {
  const name = path.substring(path.lastIndexOf('/') + 1);
  return name.endsWith('.tar') ? name.substring(0, name.length - 4) : name;
}

function install(path: string, root: string): void {
  const archive = readFile(path);
  if (archive === null) dieOf(path);
  const bytes = archive!;
  const name = nameOf(path);
  const installed: string[] = [];
  let longName = '';
  for (let at = 0; at + BLOCK <= bytes.length && bytes[at] != 0;) {
    if (!isChecked(bytes, at)) die(path + ': not a tar archive, or damaged at byte ' + at.toString());
    const size = <i32>octal(bytes, at + 124, 12);
    const type = bytes[at + 156];
    const body = at + BLOCK;
    if (body + size > bytes.length) die(path + ': ends in the middle of a file');
    const prefix = field(bytes, at + 345, 155);
    const own = field(bytes, at, 100);
    const full = longName != '' ? longName : prefix != '' ? prefix + '/' + own : own;
    longName = '';
    const target = clean(full);
    const place = root + '/' + target;
    if (type == 76) longName = field(bytes, body, size);
    else if (type == 53) {
      if (target != '' && !makeDirectories(place)) dieOf(place);
      if (target != '') installed.push(place + '/');
    } else if (type == 48 || type == 0 || type == 49 || type == 50) {
      if (!makeDirectories(parentOf(place))) dieOf(parentOf(place));
      if (type == 50 || type == 49) {
        remove(place);
        const to = field(bytes, at + 157, 100);
        const made = type == 50 ? symlink(to, place) : link(root + '/' + clean(to), place);
        if (!made) dieOf(place);
      } else writeFile(place, bytes, body, size);
      installed.push(place);
    } else print('left out: ' + full + ' (type ' + String.fromCharCode(type) + ')');
    at = body + ((size + BLOCK - 1) & ~(BLOCK - 1));
  }
  if (installed.length == 0) die(path + ': nothing in it to install');
  if (!makeDirectories(DATABASE)) dieOf(DATABASE);
  const record = DATABASE + '/' + name + '.list';
  const fd = mustOpen(record, WRITE | CREATE | TRUNCATE);
  writeText(fd, installed.join('\n') + '\n');
  close(fd);
  print(name + ': ' + installed.length.toString() + ' entries installed');
}

function filesOf(name: string): string[] {
  const bytes = readFile(DATABASE + '/' + name + '.list');
  if (bytes === null) die("no package '" + name + "' is installed");
  return String.UTF8.decodeUnsafe(bytes!.dataStart, bytes!.length).trim().split('\n');
}

/** In reverse, so that directories are empty when their turn comes; those that others use stay. */
function uninstall(name: string): void {
  const files = filesOf(name);
  for (let index = files.length - 1; index >= 0; index--) {
    const path = files[index];
    if (path.endsWith('/')) removeDirectory(path.substring(0, path.length - 1));
    else if (!remove(path) && failure() != ENOENT) dieOf(path);
  }
  remove(DATABASE + '/' + name + '.list');
  print(name + ': removed');
}

function showPackages(): void {
  const names = list(DATABASE);
  if (names === null) return;
  for (let index = 0; index < names.length; index++)
    if (names[index].endsWith('.list')) print(names[index].substring(0, names[index].length - 5));
}

function main(): void {
  const given = programArguments();
  if (given.length < 2) return usage(USAGE);
  const command = given[1];
  if (command == 'install' && (given.length == 3 || given.length == 4)) {
    const root = given.length == 4 && given[3] != '/' ? given[3] : '';
    if (root != '') {
      const found = stat(root);
      if (found === null) {
        if (!makeDirectory(root) && failure() != EEXIST) dieOf(root);
      } else if (found.type != TYPE_DIRECTORY) die(root + ': not a directory');
    }
    return install(given[2], root);
  }
  if (command == 'remove' && given.length == 3) return uninstall(given[2]);
  if (command == 'list' && given.length == 3) return print(filesOf(given[2]).join('\n'));
  if (command == 'list' && given.length == 2) return showPackages();
  usage(USAGE);
}

main();
