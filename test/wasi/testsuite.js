/**
 * `node test/wasi/testsuite.js [--host NAME] FOLDER…`: runs the public wasi-testsuite
 * (github.com/WebAssembly/wasi-testsuite), or anything laid out like it, on our WASI host over our overlay, or on another
 * host to compare with. FOLDER holds built programs, as the suite's branch `prod/testsuite-base` does in
 * `tests/LANGUAGE/testsuite`: `NAME.wasm`, and beside it `NAME.json` where the program needs arguments, environment,
 * directories or another exit status than 0:
 *
 *   { "args": [], "env": {}, "dirs": ["fs-tests.dir"], "root": "fs-tests.dir", "exit_code": 0, "stdout": "", "stderr": "" }
 *
 * `dirs` are preopened under their names, `root` as `/`. Every program starts from the same files. Needs
 * `npm run build`.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { judge } from './testsuite/judge.js';
import { bjorn3, nodeWasi, tybys } from './testsuite/other-hosts.js';
import { ours } from './testsuite/our-host.js';

const hosts = { ours, node: nodeWasi, tybys, bjorn3 };

const programsIn = (folder) =>
  readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.wasm'))
    .map((name) => join(folder, name))
    .toSorted();

const main = async () => {
  const { values, positionals } = parseArgs({ options: { host: { type: 'string' } }, allowPositionals: true });
  const host = hosts[values.host ?? 'ours'];
  if (host === undefined || positionals.length === 0) {
    console.error(
      `usage: node test/wasi/testsuite.js [--host ${Object.keys(hosts).join('|')}] FOLDER…   (with .wasm programs)`,
    );
    return 2;
  }
  const programs = positionals.flatMap(programsIn);
  let passed = 0;
  for (const path of programs) {
    const problem = await judge(path, host);
    if (problem === undefined) passed++;
    else console.log(`failed  ${path}: ${problem}`);
  }
  console.log(`${passed} of ${programs.length} passed`);
  return passed === programs.length ? 0 : 1;
};

process.exitCode = await main();
