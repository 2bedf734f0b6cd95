/**
 * `node test/wasi/testsuite.js FOLDER…`: runs the public wasi-testsuite (github.com/WebAssembly/wasi-testsuite), or
 * anything laid out like it, on our WASI host over our overlay. FOLDER holds prebuilt programs, as its branch
 * `prod/testsuite-base` does in `tests/LANGUAGE/testsuite`: `NAME.wasm`, and beside it `NAME.json` where the program needs
 * arguments, environment, directories or another exit status than 0:
 *
 *   { "args": [], "env": {}, "dirs": ["fs-tests.dir"], "root": "fs-tests.dir", "exit_code": 0, "stdout": "", "stderr": "" }
 *
 * `dirs` are preopened under their names, `root` as `/`. They are read into the lower layer of an overlay, so that
 * whatever a program does to them is a copy-up, and every program starts from the same files. Needs `npm run build`.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createMemoryFileSystem, O_CREAT, O_WRONLY, ROOT, seededRandom, steppingClock } from '@layerscope/core/fs';
import { createOverlayFileSystem } from '@layerscope/core/overlay';
import { createProcess, memoryDevices, MountNamespace, Superblock } from '@layerscope/core/vfs';
import { compileWasi, runWasi } from '@layerscope/core/wasi';

const copyIn = (process, from, to) => {
  process.mkdir(to, 0o777);
  for (const name of readdirSync(from)) {
    // Left behind by a run on a real directory.
    if (name.endsWith('.cleanup')) continue;
    if (statSync(join(from, name)).isDirectory()) copyIn(process, join(from, name), `${to}/${name}`);
    else {
      const file = process.open(`${to}/${name}`, O_CREAT | O_WRONLY, 0o666);
      process.write(file, readFileSync(join(from, name)));
      process.close(file);
    }
  }
};

const machine = (folder, directories) => {
  const clock = steppingClock(BigInt(Date.now()) * 1_000_000n);
  const random = seededRandom(1);
  const fs = createMemoryFileSystem({ clock });
  const namespace = new MountNamespace({ fs, source: 'disk' });
  const process = createProcess({ namespace, caller: ROOT, devices: memoryDevices(random) });
  for (const name of ['lower', 'upper', 'work', 'merged']) process.mkdir(`/${name}`, 0o755);
  for (const name of directories) copyIn(process, join(folder, name), `/lower/${name}`);
  const tree = (path) => ({ fs, root: process.place(path).inode });
  const overlay = createOverlayFileSystem({
    lowers: [tree('/lower')],
    upper: tree('/upper'),
    work: tree('/work'),
    dev: 2,
    random,
    mounter: ROOT,
  });
  namespace.mount(new Superblock({ fs: overlay, source: 'overlay' }), process.place('/merged'));
  return { process, clock, random };
};

const runCase = async (path) => {
  const folder = join(path, '..');
  const description = path.replace(/\.wasm$/, '.json');
  const spec = existsSync(description) ? JSON.parse(readFileSync(description, 'utf8')) : {};
  const directories = spec.root === undefined ? (spec.dirs ?? []) : [spec.root];
  const { process, clock, random } = machine(folder, directories);
  const output = { stdout: [], stderr: [] };
  const stream = (name) => ({ read: () => 0, write: (bytes) => void output[name].push(Buffer.from(bytes)) });
  const text = (name) => Buffer.concat(output[name]).toString();
  try {
    const status = await runWasi({
      module: await compileWasi(readFileSync(path)),
      process,
      args: [basename(path), ...(spec.args ?? [])],
      env: new Map(Object.entries(spec.env ?? {})),
      preopens: directories.map((name) => ({ name: spec.root === undefined ? name : '/', path: `/merged/${name}` })),
      stdin: stream('stdout'),
      stdout: stream('stdout'),
      stderr: stream('stderr'),
      clock,
      random,
    });
    if (status !== (spec.exit_code ?? 0)) return `exit status ${status}: ${text('stderr').trim()}`;
    for (const name of ['stdout', 'stderr'])
      if (spec[name] !== undefined && text(name) !== spec[name]) return `${name} is ${JSON.stringify(text(name))}`;
    return undefined;
  } catch (error) {
    return `${error.message}: ${text('stderr').trim()}`;
  } finally {
    process.exit();
  }
};

const programsIn = (folder) =>
  readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.wasm'))
    .map((name) => join(folder, name))
    .toSorted();

const main = async (folders) => {
  if (folders.length === 0) {
    console.error('usage: node test/wasi/testsuite.js FOLDER…   (folders with prebuilt .wasm programs)');
    return 2;
  }
  const programs = folders.flatMap(programsIn);
  let passed = 0;
  for (const path of programs) {
    const problem = await runCase(path);
    if (problem === undefined) passed++;
    else console.log(`failed  ${path}: ${problem}`);
  }
  console.log(`${passed} of ${programs.length} passed`);
  return passed === programs.length ? 0 : 1;
};

process.exitCode = await main(process.argv.slice(2));
