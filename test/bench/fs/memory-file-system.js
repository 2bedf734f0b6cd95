/**
 * The file system in memory against memfs, both as a program uses them: by path, through system calls or Node's `fs`.
 * Alone: `node test/bench/fs/memory-file-system.js`.
 */
import { execFileSync } from 'node:child_process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { fileURLToPath } from 'node:url';
import { contentOf, createMemoryFileSystem, O_CREAT, O_RDWR, O_WRONLY, ROOT, steppingClock } from '@layerscope/core/fs';
import { createProcess, MountNamespace } from '@layerscope/core/vfs';
import { memfs } from 'memfs';

const ROUNDS = 5;
const FILES = 5000;
/** Passes in one process; the best of each row counts, which leaves warming up and other programs' bursts out. */
const PASSES = 5;
const NAMES = Array.from({ length: FILES }, (_, index) => `/data/d${index % 200}/file-${index}`);
const DEEP = '/deep/a/b/c/d/e/f/g/h/file';
const small = new Uint8Array(64).fill(65);
const page = new Uint8Array(4096).fill(66);

const median = (values) => values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)];

const makeOurs = () => {
  const fs = createMemoryFileSystem({ clock: steppingClock(0n) });
  const namespace = new MountNamespace({ fs, source: 'tmpfs' });
  const process = createProcess({ namespace, caller: ROOT });
  const into = new Uint8Array(4096);
  const write = (path, flags, bytes) => {
    const fd = process.open(path, flags, 0o644);
    process.write(fd, bytes);
    process.close(fd);
  };
  return {
    mkdir: (path) => process.mkdir(path, 0o755),
    create: (path) => write(path, O_CREAT | O_WRONLY, small),
    stat: (path) => process.stat(path).size,
    miss: (path) => {
      try {
        return process.stat(path).size;
      } catch {
        return -1;
      }
    },
    readdir: (path) => fs.readdir(process.place(path).inode).length,
    getdents: (path) => {
      const fd = process.open(path, 0);
      const rows = process.getdents(fd).length;
      process.close(fd);
      return rows;
    },
    read: (path) => {
      const fd = process.open(path, 0);
      const count = process.read(fd, into);
      process.close(fd);
      return count;
    },
    overwrite: (path) => write(path, O_WRONLY, page),
    rename: (from, to) => process.rename(from, to),
    unlink: (path) => process.unlink(path),
  };
};

const makeMemfs = () => {
  const { fs } = memfs();
  const into = new Uint8Array(4096);
  const write = (path, flags, bytes) => {
    const fd = fs.openSync(path, flags, 0o644);
    fs.writeSync(fd, bytes);
    fs.closeSync(fd);
  };
  return {
    mkdir: (path) => fs.mkdirSync(path),
    create: (path) => write(path, 'w', small),
    stat: (path) => fs.statSync(path).size,
    miss: (path) => {
      try {
        return fs.statSync(path).size;
      } catch {
        return -1;
      }
    },
    readdir: (path) => fs.readdirSync(path).length,
    getdents: (path) => fs.readdirSync(path, { withFileTypes: true }).length,
    read: (path) => {
      const fd = fs.openSync(path, 'r');
      const count = fs.readSync(fd, into, 0, 4096, 0);
      fs.closeSync(fd);
      return count;
    },
    overwrite: (path) => write(path, 'r+', page),
    rename: (from, to) => fs.renameSync(from, to),
    unlink: (path) => fs.unlinkSync(path),
  };
};

/** Operations a second of each row, from one pass over a fresh file system. */
const pass = (make) => {
  const fs = make();
  fs.mkdir('/data');
  for (let dir = 0; dir < 200; dir++) fs.mkdir(`/data/d${dir}`);
  for (let at = DEEP.indexOf('/', 1); at > 0; at = DEEP.indexOf('/', at + 1)) fs.mkdir(DEEP.slice(0, at));
  fs.create(DEEP);
  fs.mkdir('/wide');
  for (let index = 0; index < 1000; index++) fs.create(`/wide/entry-${index}`);
  const rates = {};
  const time = (row, count, operation) => {
    const start = performance.now();
    for (let index = 0; index < count; index++) operation(index);
    rates[row] = (count * 1000) / (performance.now() - start);
  };
  const each = (row, operation) => time(row, FILES, (index) => operation(NAMES[index]));
  each('create 64 B', fs.create);
  each('stat', fs.stat);
  time('stat, missing', FILES, (index) => fs.miss(`/data/d${index % 200}/none-${index}`));
  time('stat, 10 components', FILES, () => fs.stat(DEEP));
  time('readdir of 1,000', 300, () => fs.readdir('/wide'));
  time('getdents of 1,000', 300, () => fs.getdents('/wide'));
  each('overwrite 4 KiB', fs.overwrite);
  each('read 4 KiB', fs.read);
  each('rename', (path) => fs.rename(path, `${path}.new`));
  each('unlink', (path) => fs.unlink(`${path}.new`));
  return rates;
};

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

const usedMemory = () => {
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

/** Bytes of each of 20,000 empty files in 200 directories. */
const bytesPerFile = (make) => {
  const before = usedMemory();
  const fill = make();
  const bytes = (usedMemory() - before) / 20_000;
  return { bytes, fill };
};

const fillOurs = () => {
  const fs = createMemoryFileSystem({ clock: steppingClock(0n) });
  for (let dir = 0; dir < 200; dir++) {
    const parent = fs.mkdir(fs.root, `dir-${dir}`, 0o755, ROOT);
    for (let file = 0; file < 100; file++) fs.create(parent, `file-${dir}-${file}`, 0o644, ROOT);
  }
  return fs;
};

const fillMemfs = () => {
  const { fs } = memfs();
  for (let dir = 0; dir < 200; dir++) {
    fs.mkdirSync(`/dir-${dir}`);
    for (let file = 0; file < 100; file++) fs.closeSync(fs.openSync(`/dir-${dir}/file-${dir}-${file}`, 'w'));
  }
  return fs;
};

/** Milliseconds to share 100 MiB with a second file and write one byte into it, as a copy-up does. */
const share = (blob) => {
  const fs = createMemoryFileSystem({ clock: steppingClock(0n) });
  const lower = fs.create(fs.root, 'lower', 0o644, ROOT);
  fs.setContent(lower, contentOf(blob), ROOT);
  const start = performance.now();
  const upper = fs.create(fs.root, 'upper', 0o644, ROOT);
  fs.setContent(upper, fs.content(lower), ROOT);
  const file = fs.open(upper, O_RDWR, ROOT);
  file.write(new Uint8Array([1]), 50_000_000);
  file.close();
  return performance.now() - start;
};

const copyMemfs = (blob) => {
  const { fs } = memfs();
  fs.writeFileSync('/lower', blob);
  const start = performance.now();
  fs.copyFileSync('/lower', '/upper');
  const fd = fs.openSync('/upper', 'r+');
  fs.writeSync(fd, new Uint8Array([1]), 0, 1, 50_000_000);
  fs.closeSync(fd);
  return performance.now() - start;
};

/**
 * The best of some passes in a process of its own: in a shared one each side would pay for the other's garbage, and for call
 * sites that have seen both.
 */
const passApart = (side) =>
  JSON.parse(execFileSync(process.execPath, [fileURLToPath(import.meta.url), side], { encoding: 'utf8' }));

const run = () => {
  const ours = [];
  const theirs = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(passApart('ours'));
    theirs.push(passApart('memfs'));
  }
  const rows = Object.keys(ours[0]).map((row) => {
    const figures = { ours: median(ours.map((rates) => rates[row])), memfs: median(theirs.map((rates) => rates[row])) };
    return { row, ...figures, unit: 'ops/s', ratio: figures.ours / figures.memfs };
  });
  const memory = [];
  for (let round = 0; round < 5; round++) memory.push([bytesPerFile(fillOurs).bytes, bytesPerFile(fillMemfs).bytes]);
  const bytes = { ours: median(memory.map(([own]) => own)), memfs: median(memory.map(([, other]) => other)) };
  rows.push({ row: 'bytes per empty file', ...bytes, unit: 'B', ratio: bytes.ours / bytes.memfs });
  const blob = new Uint8Array(100 << 20).fill(1);
  const copies = Array.from({ length: 5 }, () => [share(blob), copyMemfs(blob)]);
  const copy = { ours: median(copies.map(([own]) => own)), memfs: median(copies.map(([, other]) => other)) };
  rows.push({ row: 'copy 100 MiB, write 1 B', ...copy, unit: 'ms', ratio: copy.memfs / copy.ours });
  return rows;
};

export const suite = {
  name: 'memory-file-system',
  goals: [
    { row: 'stat', atLeast: 2, of: 'ours / memfs' },
    { row: 'create 64 B', atLeast: 4, of: 'ours / memfs' },
    { row: 'readdir of 1,000', atLeast: 10, of: 'ours / memfs' },
    { row: 'bytes per empty file', atMost: 0.4, of: 'ours / memfs' },
    { row: 'copy 100 MiB, write 1 B', atLeast: 100, of: 'memfs / ours' },
  ],
  run: async () => run(),
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const make = { ours: makeOurs, memfs: makeMemfs }[process.argv[2]];
  if (make === undefined) console.table(run());
  else {
    const passes = Array.from({ length: PASSES }, () => pass(make));
    const best = Object.keys(passes[0]).map((row) => [row, Math.max(...passes.map((rates) => rates[row]))]);
    console.log(JSON.stringify(Object.fromEntries(best)));
  }
}
