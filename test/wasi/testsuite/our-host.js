/** Our host over our overlay: the case's files are the lower layer, so whatever a program does to them is a copy-up. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createMemoryFileSystem, O_CREAT, O_WRONLY, ROOT, seededRandom, steppingClock } from '@layerscope/core/fs';
import { createOverlayFileSystem } from '@layerscope/core/overlay';
import { createProcess, memoryDevices, MountNamespace, Superblock } from '@layerscope/core/vfs';
import { compileWasi, runWasi } from '@layerscope/core/wasi';
import { isLeftover } from './judge.js';

const copyIn = (process, from, to) => {
  process.mkdir(to, 0o777);
  for (const name of readdirSync(from)) {
    if (isLeftover(name)) continue;
    if (statSync(join(from, name)).isDirectory()) copyIn(process, join(from, name), `${to}/${name}`);
    else {
      const file = process.open(`${to}/${name}`, O_CREAT | O_WRONLY, 0o666);
      process.write(file, readFileSync(join(from, name)));
      process.close(file);
    }
  }
};

const machine = (folders) => {
  const clock = steppingClock(BigInt(Date.now()) * 1_000_000n);
  const random = seededRandom(1);
  const fs = createMemoryFileSystem({ clock });
  const namespace = new MountNamespace({ fs, source: 'disk' });
  const process = createProcess({ namespace, caller: ROOT, devices: memoryDevices(random) });
  for (const name of ['lower', 'upper', 'work', 'merged']) process.mkdir(`/${name}`, 0o755);
  for (const [index, folder] of folders.entries()) copyIn(process, folder, `/lower/${index}`);
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

/** @type {(run: import('./judge.js').Run) => Promise<import('./judge.js').Outcome>} */
export const ours = async ({ bytes, args, env, preopens }) => {
  const { process, clock, random } = machine(preopens.map(({ folder }) => folder));
  const output = { stdout: [], stderr: [] };
  const stream = (name) => ({ read: () => 0, write: (chunk) => void output[name].push(Buffer.from(chunk)) });
  const text = (name) => Buffer.concat(output[name]).toString();
  try {
    const status = await runWasi({
      module: await compileWasi(bytes),
      process,
      args,
      env: new Map(Object.entries(env)),
      preopens: preopens.map(({ name }, index) => ({ name, path: `/merged/${index}` })),
      stdin: stream('stdout'),
      stdout: stream('stdout'),
      stderr: stream('stderr'),
      clock,
      random,
    });
    return { status, stdout: text('stdout'), stderr: text('stderr') };
  } catch (error) {
    throw Object.assign(error, { stderr: text('stderr') });
  } finally {
    process.exit();
  }
};
