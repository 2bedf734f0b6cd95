/** Hosts that are not ours: what they answer says whether the programs are built right, and what a pass is worth. */
import { closeSync, cpSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WASI } from 'node:wasi';
import {
  ConsoleStdout,
  Directory,
  File,
  OpenFile,
  PreopenDirectory,
  WASI as BrowserWasi,
} from '@bjorn3/browser_wasi_shim';
import { WASI as Tybys } from '@tybys/wasm-util';
import { createFsFromVolume, Volume } from 'memfs';
import { isLeftover } from './judge.js';

const PREVIEW_1 = 'wasi_snapshot_preview1';

/** `pair` gives a program's imports and starts it. What it had said goes with what it failed by. */
const start = async (bytes, imports, run, stderr) => {
  try {
    const { instance } = await WebAssembly.instantiate(bytes, imports);
    return (await run(instance)) ?? 0;
  } catch (error) {
    throw Object.assign(error, { stderr: stderr() });
  }
};

/** Node's own, on a copy of the files. */
export const nodeWasi = async ({ bytes, args, env, preopens }) => {
  const scratch = mkdtempSync(join(tmpdir(), 'layerscope-wasi-'));
  try {
    const folders = preopens.map(({ name, folder }, index) => {
      const copy = join(scratch, String(index));
      cpSync(folder, copy, { recursive: true, filter: (path) => !isLeftover(path) });
      return [name, copy];
    });
    const output = (name) => readFileSync(join(scratch, name), 'utf8');
    const [stdin, stdout, stderr] = ['/dev/null', join(scratch, 'stdout'), join(scratch, 'stderr')].map((path, fd) =>
      openSync(path, fd === 0 ? 'r' : 'w'),
    );
    const wasi = new WASI({
      version: 'preview1',
      args,
      env,
      preopens: Object.fromEntries(folders),
      stdin,
      stdout,
      stderr,
    });
    const status = await start(
      bytes,
      wasi.getImportObject(),
      (instance) => wasi.start(instance),
      () => output('stderr'),
    );
    for (const fd of [stdin, stdout, stderr]) closeQuietly(fd);
    return { status, stdout: output('stdout'), stderr: output('stderr') };
  } finally {
    rmSync(scratch, { recursive: true });
  }
};

/** A program may have closed it: node:wasi then closes the very descriptor it was handed. */
const closeQuietly = (fd) => {
  try {
    closeSync(fd);
  } catch {}
};

/** @tybys/wasm-util on a volume of memfs. */
export const tybys = async ({ bytes, args, env, preopens }) => {
  const volume = Volume.fromJSON({});
  const copyIn = (from, to) => {
    volume.mkdirSync(to, { recursive: true });
    for (const name of readdirSync(from)) {
      if (isLeftover(name)) continue;
      if (statSync(join(from, name)).isDirectory()) copyIn(join(from, name), `${to}/${name}`);
      else volume.writeFileSync(`${to}/${name}`, readFileSync(join(from, name)));
    }
  };
  for (const [index, { folder }] of preopens.entries()) copyIn(folder, `/${index}`);
  const output = { stdout: '', stderr: '' };
  const wasi = new Tybys({
    version: 'preview1',
    args,
    env,
    returnOnExit: true,
    preopens: Object.fromEntries(preopens.map(({ name }, index) => [name, `/${index}`])),
    fs: createFsFromVolume(volume),
    print: (text) => void (output.stdout += text),
    printErr: (text) => void (output.stderr += text),
  });
  const run = (instance) => wasi.start(instance);
  const status = await start(bytes, { [PREVIEW_1]: wasi.wasiImport }, run, () => output.stderr);
  return { status, ...output };
};

/** @bjorn3/browser_wasi_shim on its own tree in memory. */
export const bjorn3 = async ({ bytes, args, env, preopens }) => {
  const tree = (folder) =>
    new Map(
      readdirSync(folder)
        .filter((name) => !isLeftover(name))
        .map((name) => [
          name,
          statSync(join(folder, name)).isDirectory()
            ? new Directory(tree(join(folder, name)))
            : new File(readFileSync(join(folder, name))),
        ]),
    );
  const output = { stdout: '', stderr: '' };
  const stream = (name) => new ConsoleStdout((chunk) => void (output[name] += Buffer.from(chunk).toString()));
  const descriptors = [
    new OpenFile(new File([])),
    stream('stdout'),
    stream('stderr'),
    ...preopens.map(({ name, folder }) => new PreopenDirectory(name, tree(folder))),
  ];
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  // With debugging on, which is its default, it prints every call.
  const wasi = new BrowserWasi(args, variables, descriptors, { debug: false });
  const run = (instance) => wasi.start(instance);
  const status = await start(bytes, { [PREVIEW_1]: wasi.wasiImport }, run, () => output.stderr);
  return { status, ...output };
};
