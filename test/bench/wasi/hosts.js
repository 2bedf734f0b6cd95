/** The WASI hosts that are compared, each with a directory of its own to run the program `benchmark` in. */
import { mkdtempSync, rmSync } from 'node:fs';
import { WASI } from 'node:wasi';
import { Directory, OpenFile, PreopenDirectory, WASI as BrowserWasi, File } from '@bjorn3/browser_wasi_shim';
import { WASI as Tybys } from '@tybys/wasm-util';
import { createFsFromVolume, Volume } from 'memfs';
import { createMemoryFileSystem, ROOT, seededRandom, steppingClock } from '@layerscope/core/fs';
import { createOverlayFileSystem } from '@layerscope/core/overlay';
import { createProcess, MountNamespace, Superblock } from '@layerscope/core/vfs';
import { createProgram, WASI_MODULE } from '@layerscope/core/wasi';

const silence = { read: () => 0, write: () => {} };

/** Our host over our overlay: what the program makes lies in the upper layer. */
const ours = () => {
  const fs = createMemoryFileSystem({ clock: steppingClock(0n) });
  const namespace = new MountNamespace({ fs, source: 'tmpfs' });
  const outside = createProcess({ namespace, caller: ROOT });
  for (const name of ['lower', 'upper', 'work', 'merged']) outside.mkdir(`/${name}`, 0o755);
  const tree = (path) => ({ fs, root: outside.place(path).inode });
  const overlay = createOverlayFileSystem({
    lowers: [tree('/lower')],
    upper: tree('/upper'),
    work: tree('/work'),
    dev: 2,
    random: seededRandom(1),
    mounter: ROOT,
  });
  namespace.mount(new Superblock({ fs: overlay, source: 'overlay' }), outside.place('/merged'));
  const process = createProcess({ namespace, caller: ROOT, root: outside.place('/merged') });
  const program = createProgram({
    process,
    args: [],
    env: new Map(),
    preopens: [{ name: '/', path: '/', confined: false }],
    stdin: silence,
    stdout: silence,
    stderr: silence,
    clock: steppingClock(0n),
    random: seededRandom(1),
  });
  return {
    imports: { [WASI_MODULE]: program.calls },
    start: ({ exports }) => {
      program.attach(exports.memory);
      exports['_start']();
    },
    close: () => process.exit(),
  };
};

/** Node's own, over a directory in memory. */
const nodeWasi = () => {
  const folder = mkdtempSync('/dev/shm/layerscope-bench-');
  const wasi = new WASI({ version: 'preview1', args: [], preopens: { '/': folder } });
  return {
    imports: wasi.getImportObject(),
    start: (instance) => wasi.start(instance),
    close: () => rmSync(folder, { recursive: true }),
  };
};

const tybys = () => {
  const volume = Volume.fromJSON({});
  volume.mkdirSync('/root', { recursive: true });
  const wasi = new Tybys({
    version: 'preview1',
    args: [],
    returnOnExit: true,
    preopens: { '/': '/root' },
    fs: createFsFromVolume(volume),
  });
  return { imports: { [WASI_MODULE]: wasi.wasiImport }, start: (instance) => wasi.start(instance), close: () => {} };
};

const silent = () => new OpenFile(new File([]));

const browserShim = () => {
  const descriptors = [
    silent(),
    silent(),
    silent(),
    new PreopenDirectory('/', new Map([['d', new Directory(new Map())]])),
  ];
  // With debugging on, which is its default, it prints every call.
  const wasi = new BrowserWasi([], [], descriptors, { debug: false });
  return { imports: { [WASI_MODULE]: wasi.wasiImport }, start: (instance) => wasi.start(instance), close: () => {} };
};

/** By the name of their column. */
export const hosts = {
  ours,
  'node:wasi': nodeWasi,
  '@tybys over memfs': tybys,
  '@bjorn3': browserShim,
};
