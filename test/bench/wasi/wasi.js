/**
 * System calls of a WebAssembly program: our host over our overlay, node:wasi over tmpfs, and two hosts in JavaScript.
 * The same program runs on each; rounds go from host to host, and the median of each host's rounds is told.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { hosts } from './hosts.js';

const PROGRAM = fileURLToPath(new URL('../../../core/dist/programs/benchmark.wasm', import.meta.url));
const ROUNDS = 7;
/** Each round of each operation takes about this long, in milliseconds. */
const ROUND = 40;
const ENTRIES = 4000;
const MANY = 16_000;

/** Export of the program, and what counts: once a call or once an entry. `pair` undoes it, untimed. */
const OPERATIONS = [
  { row: 'write 64 B + seek', run: 'writeAndSeek', kind: 'descriptor' },
  { row: 'pwrite 4 KiB', run: 'writePage', kind: 'descriptor' },
  { row: 'pread 4 KiB', run: 'readPage', kind: 'descriptor' },
  { row: 'fstat', run: 'statOpen', kind: 'descriptor' },
  { row: 'stat', run: 'statPath', kind: 'path' },
  { row: 'stat of nothing', run: 'statMissing', kind: 'path' },
  { row: 'open + close', run: 'openAndClose', kind: 'path' },
  { row: 'open + read 4 KiB + close', run: 'openReadClose', kind: 'path' },
  { row: 'create + write + close', run: 'createAndWrite', undo: 'unlink', kind: 'path' },
  { row: 'unlink', run: 'unlink', prepare: 'createAndWrite', kind: 'path' },
];

const now = () => Number(process.hrtime.bigint()) / 1e6;

const instantiate = (module, host, entries) => {
  const { imports, start, close } = hosts[host]();
  const instance = new WebAssembly.Instance(module, imports);
  start(instance);
  const { exports } = instance;
  const text = new TextEncoder().encode('/d');
  const path = exports.allocate(text.length);
  new Uint8Array(exports.memory.buffer, path, text.length).set(text);
  exports.prepare(path, entries);
  return { exports, close };
};

/** Milliseconds that `count` take. */
const time = (exports, { run, prepare, undo }, count) => {
  if (prepare !== undefined) exports[prepare](count);
  const start = now();
  exports[run](count);
  const spent = now() - start;
  if (undo !== undefined) exports[undo](count);
  return spent;
};

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** Operations a second of each host. */
const rates = (programs, operation) => {
  const rounds = {};
  const counts = {};
  for (const [host, { exports }] of Object.entries(programs)) {
    time(exports, operation, 1000);
    const spent = time(exports, operation, 1000);
    counts[host] = Math.min((operation.undo ?? operation.prepare) ? 4000 : 200_000, Math.ceil((ROUND / spent) * 1000));
    rounds[host] = [];
  }
  for (let round = 0; round < ROUNDS; round++)
    for (const [host, { exports }] of Object.entries(programs))
      rounds[host].push(time(exports, operation, counts[host]) / counts[host]);
  return Object.fromEntries(Object.entries(rounds).map(([host, each]) => [host, 1000 / median(each)]));
};

/** Entries a second of listings through a buffer of 4 KiB. */
const listing = (module, host, entries) => {
  const { exports, close } = instantiate(module, host, entries);
  const each = [];
  for (let round = 0; round < 3; round++) {
    const start = now();
    const rows = exports.readDirectory(1);
    const spent = now() - start;
    // One host leaves out `.` and `..`.
    if (rows < entries || rows > entries + 2) throw new Error(`${host} listed ${rows} of ${entries} entries`);
    each.push(spent / rows);
  }
  close();
  return 1000 / median(each);
};

const geometricMean = (values) => Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

const run = async () => {
  const module = new WebAssembly.Module(readFileSync(PROGRAM));
  const programs = Object.fromEntries(Object.keys(hosts).map((host) => [host, instantiate(module, host, 10)]));
  const measured = OPERATIONS.map((operation) => ({ ...operation, rates: rates(programs, operation) }));
  for (const { close } of Object.values(programs)) close();
  const rows = measured.map(({ row, rates: each }) => ({
    row,
    ...Object.fromEntries(Object.entries(each).map(([host, rate]) => [host, rate / 1000])),
    unit: 'k/s',
    ratio: each.ours / each['node:wasi'],
  }));
  const listings = Object.fromEntries(Object.keys(hosts).map((host) => [host, listing(module, host, ENTRIES)]));
  rows.push({
    row: `entries of a directory of ${ENTRIES}`,
    ...Object.fromEntries(Object.entries(listings).map(([host, rate]) => [host, rate / 1000])),
    unit: 'k/s',
    ratio: listings.ours / listings['node:wasi'],
  });
  const mean = (kind, peer) =>
    geometricMean(measured.filter((each) => each.kind === kind).map((each) => each.rates.ours / each.rates[peer]));
  return [
    ...rows,
    { row: 'path operations, ours / node:wasi', ratio: mean('path', 'node:wasi') },
    { row: 'path operations, ours / @tybys', ratio: mean('path', '@tybys over memfs') },
    { row: 'descriptor operations, ours / node:wasi', ratio: mean('descriptor', 'node:wasi') },
    { row: 'listing, ours / @tybys', ratio: listings.ours / listings['@tybys over memfs'] },
    { row: 'listing, ours / @bjorn3', ratio: listings.ours / listings['@bjorn3'] },
    { row: `an entry of ${MANY} / of ${ENTRIES}`, ratio: listings.ours / listing(module, 'ours', MANY) },
  ];
};

export const suite = {
  name: 'wasi',
  goals: [
    { row: 'path operations, ours / node:wasi', atLeast: 1.5, of: 'geometric mean' },
    { row: 'path operations, ours / @tybys', atLeast: 2.5, of: 'geometric mean' },
    { row: 'descriptor operations, ours / node:wasi', atLeast: 0.8, of: 'geometric mean' },
    { row: 'listing, ours / @tybys', atLeast: 20 },
    { row: 'listing, ours / @bjorn3', atLeast: 20 },
    { row: `an entry of ${MANY} / of ${ENTRIES}`, atMost: 1.5, of: 'linear = 1' },
  ],
  missing: () => (existsSync(PROGRAM) ? undefined : 'core/dist/programs/benchmark.wasm is not built: npm run build'),
  run,
};
