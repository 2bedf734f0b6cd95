/** A program's surroundings: its arguments, what it says, and how it ends. */
import { args_get, args_sizes_get, clock_time_get, fd_write, proc_exit } from './wasi';

const scratch = memory.data(64);

/** Arguments, the program's own name first. */
export function programArguments(): string[] {
  args_sizes_get(scratch, scratch + 4);
  const count = load<u32>(scratch);
  const table = new ArrayBuffer(<i32>(count * 4));
  const buffer = new ArrayBuffer(<i32>load<u32>(scratch + 4));
  args_get(changetype<usize>(table), changetype<usize>(buffer));
  const list: string[] = [];
  for (let index: u32 = 0; index < count; index++)
    list.push(String.UTF8.decodeUnsafe(load<u32>(changetype<usize>(table) + index * 4), 4096, true));
  return list;
}

/** Writes all of it; a reader that has gone ends the program, as SIGPIPE would. */
export function writeAll(fd: i32, pointer: usize, length: usize): void {
  while (length > 0) {
    store<u32>(scratch, <u32>pointer);
    store<u32>(scratch + 4, <u32>length);
    if (fd_write(fd, scratch, 1, scratch + 8) != 0) proc_exit(141);
    const done = load<u32>(scratch + 8);
    pointer += done;
    length -= done;
  }
}

function say(fd: i32, text: string): void {
  const bytes = String.UTF8.encode(text);
  writeAll(fd, changetype<usize>(bytes), bytes.byteLength);
}

export function print(text: string): void {
  say(1, text + '\n');
}

export function printBytes(bytes: Uint8Array): void {
  writeAll(1, bytes.dataStart, bytes.length);
}

/** `name: message` on stderr, and the end with status 1. */
export function die(message: string): void {
  say(2, programName() + ': ' + message + '\n');
  proc_exit(1);
}

/** The usage on stderr and status 2; with `--help`, on stdout and status 0. */
export function usage(text: string): void {
  const help = programArguments().includes('--help');
  say(help ? 1 : 2, text);
  proc_exit(help ? 0 : 2);
}

export function programName(): string {
  const list = programArguments();
  if (list.length == 0) return 'program';
  const path = list[0];
  return path.substring(path.lastIndexOf('/') + 1);
}

/** Nanoseconds since 1970. */
export function now(): i64 {
  clock_time_get(0, 0, scratch + 16);
  return load<i64>(scratch + 16);
}

/** Nanoseconds of a clock that only goes forward. */
export function ticks(): i64 {
  clock_time_get(1, 0, scratch + 16);
  return load<i64>(scratch + 16);
}

/** A whole number that is not negative; ends the program with a message otherwise. */
export function parseNumber(text: string, what: string): i32 {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 48 || unit > 57 || at > 8) die(what + " must be a number, not '" + text + "'");
  }
  if (text.length == 0) die(what + ' is missing');
  return I32.parseInt(text);
}

/** What a failed assertion of AssemblyScript's runtime becomes. */
export function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  say(2, 'broke down at line ' + line.toString() + ': ' + (message === null ? '' : message) + '\n');
  proc_exit(134);
}
