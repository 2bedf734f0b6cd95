/** `benchmark`: how many system calls a second the file system under a directory answers. */
import {
  close,
  CREATE,
  dieOf,
  DIRECTORY,
  list,
  makeDirectories,
  mustOpen,
  open,
  READ,
  readAt,
  remove,
  removeDirectory,
  stat,
  TRUNCATE,
  WRITE,
  writeAt,
} from './lib/files';
import { parseNumber, print, programArguments, ticks, usage } from './lib/program';
import {
  fd_filestat_get,
  fd_readdir,
  fd_seek,
  fd_write,
  path_filestat_get,
  path_open,
  path_unlink_file,
} from './lib/wasi';

const USAGE = `usage: benchmark [DIRECTORY [COUNT]]
Measures system calls on files it makes (and removes) in DIRECTORY (default /tmp), COUNT of each (default 2000).
`;

const PAGE = 4096;
const scratch = memory.data(256);
const page = new Uint8Array(PAGE);

let directory = '';
let fileName: ArrayBuffer = new ArrayBuffer(0);
let missingName: ArrayBuffer = new ArrayBuffer(0);
let fd: i32 = -1;
let directoryFd: i32 = -1;

function relative(path: string): ArrayBuffer {
  return String.UTF8.encode(path.startsWith('/') ? path.substring(1) : path);
}

function numbered(index: i32): string {
  return directory + '/n' + index.toString();
}

/** Makes what the operations work on. Exported, so that a host can measure one operation at a time. */
export function prepare(path: ArrayBuffer, entries: i32): void {
  directory = String.UTF8.decode(path);
  if (!makeDirectories(directory + '/many')) dieOf(directory);
  fd = mustOpen(directory + '/file', READ | WRITE | CREATE | TRUNCATE);
  for (let at = 0; at < 16; at++) writeAt(fd, page, <i64>(at * PAGE));
  for (let index = 0; index < entries; index++)
    close(mustOpen(directory + '/many/entry-' + index.toString(), WRITE | CREATE));
  directoryFd = mustOpen(directory + '/many', READ | DIRECTORY);
  fileName = relative(directory + '/file');
  missingName = relative(directory + '/missing');
}

/** A buffer that a host can put a path into. */
export function allocate(length: i32): ArrayBuffer {
  return new ArrayBuffer(length);
}

export function writeAndSeek(count: i32): void {
  store<u32>(scratch, <u32>page.dataStart);
  store<u32>(scratch + 4, 64);
  for (let index = 0; index < count; index++) {
    fd_write(fd, scratch, 1, scratch + 8);
    fd_seek(fd, 0, 0, scratch + 16);
  }
}

export function writePage(count: i32): void {
  for (let index = 0; index < count; index++) writeAt(fd, page, <i64>((index & 15) * PAGE));
}

export function readPage(count: i32): void {
  for (let index = 0; index < count; index++) readAt(fd, page, <i64>((index & 15) * PAGE));
}

export function statOpen(count: i32): void {
  for (let index = 0; index < count; index++) fd_filestat_get(fd, scratch + 64);
}

export function statPath(count: i32): void {
  const name = changetype<usize>(fileName);
  for (let index = 0; index < count; index++) path_filestat_get(3, 1, name, fileName.byteLength, scratch + 64);
}

export function statMissing(count: i32): void {
  const name = changetype<usize>(missingName);
  for (let index = 0; index < count; index++) path_filestat_get(3, 1, name, missingName.byteLength, scratch + 64);
}

function openFile(): i32 {
  path_open(3, 1, changetype<usize>(fileName), fileName.byteLength, 0, 0x200026, 0, 0, scratch + 32);
  return load<i32>(scratch + 32);
}

export function openAndClose(count: i32): void {
  for (let index = 0; index < count; index++) close(openFile());
}

export function openReadClose(count: i32): void {
  for (let index = 0; index < count; index++) {
    const file = openFile();
    readAt(file, page, 0);
    close(file);
  }
}

export function createAndWrite(count: i32): void {
  for (let index = 0; index < count; index++) {
    const file = open(numbered(index), WRITE | CREATE);
    writeAt(file, page.subarray(0, 64), 0);
    close(file);
  }
}

export function unlink(count: i32): void {
  for (let index = 0; index < count; index++) {
    const name = relative(numbered(index));
    path_unlink_file(3, changetype<usize>(name), name.byteLength);
  }
}

/** Lists a whole directory `count` times; answers the rows of one listing. */
export function readDirectory(count: i32): i32 {
  let rows = 0;
  for (let index = 0; index < count; index++) {
    rows = 0;
    let cookie: i64 = 0;
    for (;;) {
      fd_readdir(directoryFd, page.dataStart, PAGE, cookie, scratch);
      const used = load<u32>(scratch);
      let at: u32 = 0;
      while (at + 24 <= used) {
        const length = load<u32>(page.dataStart + at + 16);
        if (at + 24 + length > used) break;
        cookie = load<i64>(page.dataStart + at);
        rows++;
        at += 24 + length;
      }
      if (used < <u32>PAGE) break;
    }
  }
  return rows;
}

export function cleanUp(): void {
  close(fd);
  close(directoryFd);
  remove(directory + '/file');
  const entries = list(directory + '/many');
  if (entries !== null)
    for (let index = 0; index < entries.length; index++) remove(directory + '/many/' + entries[index]);
  removeDirectory(directory + '/many');
}

function measure(name: string, count: i32, run: (count: i32) => void): void {
  const start = ticks();
  run(count);
  const spent = max<i64>(ticks() - start, 1);
  print(name.padEnd(24) + ((<i64>count * 1_000_000_000) / spent).toString().padStart(12) + ' /s');
}

function main(): void {
  const list = programArguments();
  if (list.length == 0) return;
  if (list.length > 3 || list.includes('--help')) usage(USAGE);
  const path = (list.length > 1 ? list[1] : '/tmp') + '/benchmark';
  const count = list.length > 2 ? parseNumber(list[2], 'COUNT') : 2000;
  if (stat(path) === null && !makeDirectories(path)) dieOf(path);
  prepare(String.UTF8.encode(path), 100);
  measure('write 64 bytes, seek', count, writeAndSeek);
  measure('write 4096 bytes at', count, writePage);
  measure('read 4096 bytes at', count, readPage);
  measure('stat of an open file', count, statOpen);
  measure('stat', count, statPath);
  measure('stat of nothing', count, statMissing);
  measure('open, close', count, openAndClose);
  measure('open, read, close', count, openReadClose);
  measure('create, write, close', count, createAndWrite);
  measure('unlink', count, unlink);
  cleanUp();
  removeDirectory(path);
}

main();
