/**
 * `layerscope serve` against a Go plugin that serves containerd's own overlayfs snapshotter: both on the disk of the
 * temporary folder, with real flushes, measured by one and the same Go client over gRPC, in turn.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { compare } from './cases/compare.js';
import { startOurs } from './cases/ours.js';
import { missingPeer, startPeer } from './peer.js';

/** Of one side in a row: enough for the disk's allocator to feel the load, as it does where images are unpacked. */
const CYCLES = 200;
const DEPTH = 100;
const MANY = 10_000;

const measure = async (folder) => {
  const ours = await startOurs(folder);
  const socket = `${folder}/theirs.sock`;
  const server = await startPeer('serve', socket, `${folder}/theirs`);
  const sides = { ours: await startPeer('client', ours.socket), theirs: await startPeer('client', socket) };
  const both = (command) => Promise.all([sides.ours.ask(command), sides.theirs.ask(command)]);
  try {
    const rows = [];
    await both('fill 10');
    // A server that runs has been called before: Node compiles what is called often.
    await both('cycles 1000 8');
    await both('cycles 500 1');
    rows.push(await compare(sides, 'cycle, 1 client', 'µs', `cycles ${CYCLES} 1`, CYCLES));
    rows.push(await compare(sides, 'cycle, 8 clients', 'µs', `cycles ${CYCLES * 4} 8`, CYCLES * 4));
    await both(`chain ${DEPTH}`);
    rows.push(await compare(sides, 'prepare on 100', 'µs', `deep 100 ${DEPTH}`, 100));
    const few = await compare(sides, 'remove among 100', 'µs', 'remove 20', 20);
    await both(`more ${MANY}`);
    const many = await compare(sides, 'remove among 10000', 'µs', 'remove 20', 20);
    const flat = {
      row: 'remove, flatness',
      ours: many.ours,
      theirs: few.ours,
      unit: 'µs',
      ratio: many.ours / few.ours,
    };
    return [...rows, few, many, flat];
  } finally {
    await sides.ours.end();
    await sides.theirs.end();
    await server.end();
    await ours.end();
  }
};

export const suite = {
  name: 'host-plugin',
  goals: [
    { row: 'cycle, 1 client', atLeast: 1, of: 'speed, ours / Go plugin' },
    { row: 'cycle, 8 clients', atLeast: 1.5, of: 'speed, ours / Go plugin' },
    { row: 'prepare on 100', atLeast: 1 / 0.7, of: 'speed, ours / Go plugin' },
    { row: 'remove among 10000', atLeast: 50, of: 'speed, ours / Go plugin' },
    { row: 'remove, flatness', atMost: 1.3, of: 'among 10000 / among 100' },
  ],
  missing: () => missingPeer('2.2'),
  run: async () => {
    const folder = mkdtempSync(`${tmpdir()}/layerscope-bench-`);
    try {
      return await measure(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
