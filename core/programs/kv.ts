/**
 * `kv`: a key-value store in one file of fixed-size records, with a write-ahead log beside it.
 *
 *   FILE      ┌ record 0 ┬ record 1 ┬ …     256 bytes each: key NUL value NUL …; a slot is found by the key's hash
 *   FILE.wal  ┌ slot, record ┐              written and synced first; played back by whoever comes after a crash
 *
 * In a container it shows what a database costs on an overlay: setting one key writes 256 bytes, and the first time
 * it does so the whole file is copied up.
 */
import {
  close,
  CREATE,
  dieOf,
  ENOENT,
  failure,
  mustOpen,
  open,
  READ,
  readAt,
  readFile,
  remove,
  stat,
  TRUNCATE,
  WRITE,
  writeAt,
} from './lib/files';
import { die, parseNumber, print, programArguments, usage } from './lib/program';
import { fd_sync } from './lib/wasi';

const USAGE = `usage: kv FILE init RECORDS     make a store with room for RECORDS keys
       kv FILE set KEY VALUE    write one record, through the log
       kv FILE get KEY
       kv FILE del KEY
       kv FILE list             all keys
       kv FILE crash KEY VALUE  write the log, then stop before the store is written
Keys and values together take up to 254 bytes. A log left by a crash is played back by the next command.
`;

const RECORD = 256;
const SLOT = 8;

/** FNV-1a, 32 bits. */
function hash(key: string): u32 {
  const bytes = Uint8Array.wrap(String.UTF8.encode(key));
  let value: u32 = 0x811c9dc5;
  for (let at = 0; at < bytes.length; at++) value = (value ^ bytes[at]) * 0x01000193;
  return value;
}

function textAt(record: Uint8Array, from: i32): string {
  let end = from;
  while (end < record.length && record[end] != 0) end++;
  return String.UTF8.decodeUnsafe(record.dataStart + from, end - from);
}

function keyOf(record: Uint8Array): string {
  return textAt(record, 0);
}

function recordOf(key: string, value: string): Uint8Array {
  const record = new Uint8Array(RECORD);
  const one = Uint8Array.wrap(String.UTF8.encode(key, true));
  const other = Uint8Array.wrap(String.UTF8.encode(value, true));
  if (one.length == 1) die('the key is empty');
  if (one.length + other.length > RECORD) die('key and value take more than ' + (RECORD - 2).toString() + ' bytes');
  record.set(one);
  record.set(other, one.length);
  return record;
}

function recordsOf(path: string): i32 {
  const found = stat(path);
  if (found === null) dieOf(path);
  const size = found!.size;
  if (size == 0 || size % RECORD != 0) die(path + ': not a store; make one with init');
  return <i32>(size / RECORD);
}

/** The slot of a key, or the free one it would get; -1 when the store is full. */
function slotOf(fd: i32, records: i32, key: string, record: Uint8Array): i32 {
  const first = <i32>(hash(key) % <u32>records);
  for (let step = 0; step < records; step++) {
    const slot = (first + step) % records;
    if (readAt(fd, record, <i64>slot * RECORD) != RECORD) die('the store ends in the middle of a record');
    if (record[0] == 0 || keyOf(record) == key) return slot;
  }
  return -1;
}

function writeLog(path: string, slot: i32, record: Uint8Array): void {
  const fd = mustOpen(path + '.wal', WRITE | CREATE | TRUNCATE);
  const entry = new Uint8Array(SLOT + RECORD);
  store<i32>(entry.dataStart, slot);
  // Tells an entry that was written whole.
  store<u32>(entry.dataStart + 4, 0x6c61772e);
  entry.set(record, SLOT);
  if (!writeAt(fd, entry, 0)) dieOf(path + '.wal');
  fd_sync(fd);
  close(fd);
}

function writeRecord(path: string, slot: i32, record: Uint8Array): void {
  const fd = mustOpen(path, READ | WRITE);
  if (!writeAt(fd, record, <i64>slot * RECORD)) dieOf(path);
  fd_sync(fd);
  close(fd);
  if (!remove(path + '.wal')) dieOf(path + '.wal');
}

/** Does what a log says that was left behind. */
function recover(path: string): void {
  const entry = readFile(path + '.wal');
  if (entry === null) {
    if (failure() != ENOENT) dieOf(path + '.wal');
    return;
  }
  if (entry.length == SLOT + RECORD && load<u32>(entry.dataStart + 4) == 0x6c61772e) {
    print('recovered: ' + keyOf(entry.subarray(SLOT)));
    writeRecord(path, load<i32>(entry.dataStart), entry.subarray(SLOT));
  } else if (!remove(path + '.wal')) dieOf(path + '.wal');
}

function init(path: string, records: i32): void {
  if (records == 0) die('a store needs at least one record');
  const fd = mustOpen(path, WRITE | CREATE | TRUNCATE);
  const chunk = new Uint8Array(RECORD * 256);
  for (let done = 0; done < records; done += 256) {
    const length = min(256, records - done) * RECORD;
    if (!writeAt(fd, chunk.subarray(0, length), <i64>done * RECORD)) dieOf(path);
  }
  close(fd);
}

function put(path: string, key: string, value: string, crash: bool): void {
  const record = recordOf(key, value);
  const records = recordsOf(path);
  const fd = mustOpen(path, READ);
  const slot = slotOf(fd, records, key, new Uint8Array(RECORD));
  close(fd);
  if (slot < 0) die('the store is full: ' + records.toString() + ' records');
  writeLog(path, slot, record);
  if (crash) die('crashed with the log written and the store not');
  writeRecord(path, slot, record);
}

/** A deleted record keeps its key with an empty value, so that keys behind it are still found. */
function find(path: string, key: string): string {
  const records = recordsOf(path);
  const fd = mustOpen(path, READ);
  const record = new Uint8Array(RECORD);
  const slot = slotOf(fd, records, key, record);
  if (slot < 0 || record[0] == 0) die("no key '" + key + "'");
  const value = textAt(record, String.UTF8.byteLength(key) + 1);
  if (value.length == 0) die("no key '" + key + "'");
  return value;
}

function listKeys(path: string): void {
  const records = recordsOf(path);
  const fd = mustOpen(path, READ);
  const record = new Uint8Array(RECORD);
  for (let slot = 0; slot < records; slot++) {
    readAt(fd, record, <i64>slot * RECORD);
    if (record[0] == 0) continue;
    const key = keyOf(record);
    if (record[String.UTF8.byteLength(key) + 1] != 0) print(key);
  }
}

function main(): void {
  const list = programArguments();
  if (list.length < 3) return usage(USAGE);
  const path = list[1];
  const command = list[2];
  const operands = list.length - 3;
  if (command == 'init' && operands == 1) return init(path, parseNumber(list[3], 'RECORDS'));
  if (open(path, READ) < 0) dieOf(path);
  recover(path);
  if (command == 'set' && operands == 2) return put(path, list[3], list[4], false);
  if (command == 'crash' && operands == 2) return put(path, list[3], list[4], true);
  if (command == 'get' && operands == 1) return print(find(path, list[3]));
  if (command == 'del' && operands == 1) {
    find(path, list[3]);
    return put(path, list[3], '', false);
  }
  if (command == 'list' && operands == 0) return listKeys(path);
  usage(USAGE);
}

main();
