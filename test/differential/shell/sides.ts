/** One script on two machines: real dash and GNU programs in a folder, and our shell on an empty simulated tree. */
import { spawnSync } from 'node:child_process';
import { readdirSync, lstatSync, mkdtempSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  createMemoryFileSystem,
  isDirectory,
  isRegular,
  isSymlink,
  O_CREAT,
  O_RDONLY,
  O_WRONLY,
  ROOT,
  seededRandom,
  steppingClock,
} from '@layerscope/core/fs';
import { createShell } from '@layerscope/core/shell';
import { createProcess, memoryDevices, MountNamespace, type Process } from '@layerscope/core/vfs';

/** What one file of a tree is, without what must differ (inode numbers, times of the run). */
export interface Node {
  readonly path: string;
  readonly mode: string;
  readonly owner: string;
  readonly nlink: number;
  readonly rdev: number;
  readonly content: string;
  readonly xattrs: readonly string[];
  /** Seconds, of files whose time was set by the script. */
  readonly mtime: number | undefined;
}

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly tree: readonly Node[];
}

export const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/root', LC_ALL: 'C', TZ: 'UTC' };
export const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** Times within a day of now are those of the run. */
const setTime = (seconds: number): number | undefined =>
  Math.abs(seconds - Date.now() / 1000) < 86_400 ? undefined : seconds;

/** Dates of the run, as `ls -l` prints them, say when a side ran and no more. */
export const withoutDates = (text: string): string => {
  const today = new Date().toUTCString().slice(8, 11);
  return text.replaceAll(new RegExp(`${today} [ \\d]\\d \\d\\d:\\d\\d`, 'g'), 'DATE');
};

const xattrsOf = (folder: string): ReadonlyMap<string, readonly string[]> => {
  const { stdout } = spawnSync('getfattr', ['-R', '-h', '-d', '-m', '-', '-e', 'hex', '.'], {
    cwd: folder,
    encoding: 'latin1',
  });
  return new Map(
    stdout.split('\n\n').flatMap((block) => {
      const [head = '', ...lines] = block.trim().split('\n');
      return head === '' ? [] : [[head.replace('# file: ', '').replace(/^\.$/, ''), lines.toSorted()] as const];
    }),
  );
};

export const realTree = (folder: string): readonly Node[] => {
  const xattrs = xattrsOf(folder);
  const nodes: Node[] = [];
  const visit = (path: string): void => {
    const full = join(folder, path);
    const stat = lstatSync(full);
    const isTree = stat.isDirectory();
    nodes.push({
      path,
      mode: stat.mode.toString(8),
      owner: `${stat.uid}:${stat.gid}`,
      nlink: stat.nlink,
      rdev: stat.isCharacterDevice() || stat.isBlockDevice() ? stat.rdev : 0,
      content: stat.isFile() ? readFileSync(full, 'latin1') : stat.isSymbolicLink() ? readlinkSync(full, 'latin1') : '',
      xattrs: xattrs.get(path) ?? [],
      mtime: setTime(Math.floor(stat.mtimeMs / 1000)),
    });
    if (isTree) for (const name of readdirSync(full)) visit(path === '' ? name : `${path}/${name}`);
  };
  visit('');
  return nodes.toSorted((left, right) => (left.path < right.path ? -1 : 1));
};

/** The script on the machine, in a new folder below `base`. */
export const runReal = (script: string, base: string): Outcome => {
  const folder = mkdtempSync(join(base, 'script-'));
  try {
    const { status, stdout, stderr } = spawnSync('dash', ['-c', script], {
      cwd: folder,
      argv0: 'sh',
      env: ENVIRONMENT,
      encoding: 'latin1',
      input: '',
    });
    const tree = realTree(folder);
    return { exitCode: status ?? -1, stdout: withoutDates(stdout), stderr, tree };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

export const simulatedTree = (process: Process, top: string): readonly Node[] => {
  const nodes: Node[] = [];
  const read = (path: string, size: number): string => {
    const file = process.open(path, O_RDONLY);
    const bytes = new Uint8Array(size);
    process.pread(file, bytes, 0);
    process.close(file);
    return latin1(bytes);
  };
  const visit = (path: string): void => {
    const full = path === '' ? top : `${top}/${path}`;
    const stat = process.stat(full, false);
    nodes.push({
      path,
      mode: stat.mode.toString(8),
      owner: `${stat.uid}:${stat.gid}`,
      nlink: stat.nlink,
      rdev: stat.rdev,
      content: isRegular(stat.mode) ? read(full, stat.size) : isSymlink(stat.mode) ? process.readlink(full) : '',
      xattrs: process
        .listxattr(full, false)
        .map((name) => `${name}=0x${Buffer.from(process.getxattr(full, name, false)).toString('hex')}`)
        .toSorted(),
      mtime: setTime(Number(stat.mtime / 1_000_000_000n)),
    });
    if (!isDirectory(stat.mode)) return;
    const directory = process.open(full, O_RDONLY);
    for (const { name } of process.getdents(directory))
      if (name !== '.' && name !== '..') visit(path === '' ? name : `${path}/${name}`);
    process.close(directory);
  };
  visit('');
  return nodes.toSorted((left, right) => (left.path < right.path ? -1 : 1));
};

/** A file of the machine that both sides must agree on. */
export const putFile = (process: Process, path: string, content: Uint8Array): void => {
  const file = process.open(path, O_WRONLY | O_CREAT, 0o644);
  process.write(file, content);
  process.close(file);
};

/** The script in the simulation, in an empty `/work` with the machine's users. */
export const runSimulated = async (script: string): Promise<Outcome> => {
  const clock = steppingClock(BigInt(Date.now()) * 1_000_000n);
  const random = seededRandom(1);
  const namespace = new MountNamespace({ fs: createMemoryFileSystem({ clock }), source: 'tmpfs' });
  const process = createProcess({ namespace, caller: { ...ROOT, umask: 0o022 }, devices: memoryDevices(random) });
  process.mkdir('/etc', 0o755);
  // An image's own executables, which cannot run here.
  process.mkdir('/bin', 0o755);
  for (const name of ['cat', 'sh', 'ls']) {
    putFile(
      process,
      `/bin/${name}`,
      Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0x3e, 0),
    );
    process.chmod(`/bin/${name}`, 0o755);
  }
  process.mkdir('/top', 0o700);
  process.mkdir('/top/work', 0o700);
  for (const path of ['/etc/passwd', '/etc/group']) putFile(process, path, readFileSync(path));
  process.chdir('/top/work');
  const shell = createShell({ process, env: ENVIRONMENT, clock, random });
  const { exitCode, stdout, stderr } = await shell.run(['sh', '-c', script]);
  return {
    exitCode,
    stdout: withoutDates(latin1(stdout)),
    stderr: latin1(stderr),
    tree: simulatedTree(process, '/top/work'),
  };
};
