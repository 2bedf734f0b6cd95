/** `watch`: looks at files again and again and tells what changed. There is no inotify in WASI. */
import { list, stat, Stat, TYPE_DIRECTORY } from './lib/files';
import { parseNumber, print, programArguments, usage } from './lib/program';
import { poll_oneoff } from './lib/wasi';

const USAGE = `usage: watch [-i MILLISECONDS] [-n ROUNDS] PATH...
Looks at PATHs and everything below them every MILLISECONDS (default 1000), for ROUNDS rounds or until it is ended, and
prints: + what is new, - what is gone, M what was written, R what was replaced by another file (as a copy-up does on an
overlay without persistent inode numbers).
`;

const subscription = memory.data(48);
const event = memory.data(32);
const count = memory.data(8);

function sleep(milliseconds: i32): void {
  memory.fill(subscription, 0, 48);
  store<u32>(subscription + 16, 1);
  store<i64>(subscription + 24, <i64>milliseconds * 1_000_000);
  poll_oneoff(subscription, event, 1, count);
}

function look(path: string, into: Map<string, Stat>): void {
  const found = stat(path, false);
  if (found === null) return;
  into.set(path, found);
  if (found.type != TYPE_DIRECTORY) return;
  const names = list(path);
  if (names === null) return;
  for (let index = 0; index < names.length; index++)
    look((path.endsWith('/') ? path : path + '/') + names[index], into);
}

function lookAll(paths: string[]): Map<string, Stat> {
  const seen = new Map<string, Stat>();
  for (let index = 0; index < paths.length; index++) look(paths[index], seen);
  return seen;
}

function compare(before: Map<string, Stat>, after: Map<string, Stat>): void {
  const old = before.keys();
  for (let index = 0; index < old.length; index++) if (!after.has(old[index])) print('- ' + old[index]);
  const paths = after.keys();
  for (let index = 0; index < paths.length; index++) {
    const path = paths[index];
    const now = after.get(path);
    if (!before.has(path)) {
      print('+ ' + path);
      continue;
    }
    const then = before.get(path);
    if (then.ino != now.ino || then.type != now.type) print('R ' + path);
    else if (now.type != TYPE_DIRECTORY && (then.mtime != now.mtime || then.size != now.size)) print('M ' + path);
  }
}

function main(): void {
  const given = programArguments();
  let interval = 1000;
  let rounds = -1;
  let at = 1;
  while (at + 1 < given.length && given[at].startsWith('-')) {
    if (given[at] == '-i') interval = parseNumber(given[at + 1], 'MILLISECONDS');
    else if (given[at] == '-n') rounds = parseNumber(given[at + 1], 'ROUNDS');
    else usage(USAGE);
    at += 2;
  }
  if (at >= given.length || given[at].startsWith('-')) return usage(USAGE);
  const paths = given.slice(at);
  let before = lookAll(paths);
  for (let round = 0; rounds < 0 || round < rounds; round++) {
    sleep(interval);
    const after = lookAll(paths);
    compare(before, after);
    before = after;
  }
}

main();
