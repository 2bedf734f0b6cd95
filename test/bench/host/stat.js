/** `Stat` of `layerscope serve` against the bare gRPC library with one prepared answer: what the service itself costs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { compare } from './cases/compare.js';
import { startOurs } from './cases/ours.js';
import { missingPeer, startLines, startPeer } from './peer.js';

const ECHO = fileURLToPath(new URL('cases/echo-server.js', import.meta.url));
const CALLS = 4000;
const CLIENTS = [1, 8, 64];

const measure = async (folder) => {
  const ours = await startOurs(folder);
  const socket = `${folder}/echo.sock`;
  const echo = await startLines(process.execPath, [ECHO, socket]);
  const sides = { ours: await startPeer('client', ours.socket), theirs: await startPeer('client', socket) };
  try {
    await sides.ours.ask('fill 1');
    // Node compiles what is called often.
    for (const side of Object.values(sides)) await side.ask(`stats ${CALLS * 2} 8`);
    const rows = [];
    for (const clients of CLIENTS) {
      rows.push(await compare(sides, `stat, ${clients} clients`, 'µs', `stats ${CALLS} ${clients}`, CALLS));
    }
    return rows;
  } finally {
    await sides.ours.end();
    await sides.theirs.end();
    await echo.end();
    await ours.end();
  }
};

export const suite = {
  name: 'host-stat',
  goals: CLIENTS.map((clients) => ({
    row: `stat, ${clients} clients`,
    atLeast: 0.95,
    of: 'rate, ours / grpc-js echo',
  })),
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
