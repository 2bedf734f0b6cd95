import { mkdtempSync, rmSync } from 'node:fs';
import * as realFs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryFileSystem, ROOT, seededRandom, steppingClock, userCaller } from '@layerscope/core/fs';
import { createOverlayFileSystem } from '@layerscope/core/overlay';
import { MountNamespace, createProcess, nodeFs, type NodeFs } from '@layerscope/core/vfs';
import * as git from 'isomorphic-git';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const START = 1_700_000_000_000_000_000n;

const emptyTree = () => {
  const fs = createMemoryFileSystem({ clock: steppingClock(START) });
  return { fs, root: fs.root };
};

/** What a call answers or how it fails, as far as it is the same on every machine. */
const outcome = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    const { code, errno, syscall, message } = error as NodeJS.ErrnoException;
    return { code, errno, syscall, message };
  }
};

type Program = (fs: NodeFs, top: string) => unknown;

describe('nodeFs', () => {
  let real: string;
  let facade: NodeFs;
  beforeEach(() => {
    real = mkdtempSync(join(tmpdir(), 'layerscope-node-fs-'));
    facade = nodeFs(emptyTree());
    facade.mkdirSync(real, { recursive: true });
  });
  afterEach(() => rmSync(real, { recursive: true, force: true }));

  /** The same programs on Node's fs and on ours: what each answers, errors included. */
  const run = (...programs: readonly Program[]): { readonly here: unknown; readonly onDisk: unknown } => ({
    onDisk: programs.map((program) => outcome(() => program(realFs as unknown as NodeFs, real))),
    here: programs.map((program) => outcome(() => program(facade, real))),
  });

  it('fails as Node does: code, negative errno, system call and message', () => {
    const { here, onDisk } = run(
      (fs, top) => fs.openSync(`${top}/missing`, 'r'),
      (fs, top) => fs.readFileSync(`${top}/missing`),
      (fs, top) => fs.statSync(`${top}/missing`),
      (fs, top) => fs.lstatSync(`${top}/missing`),
      (fs, top) => fs.readdirSync(`${top}/missing`),
      (fs, top) => fs.mkdirSync(top),
      (fs, top) => fs.rmdirSync(`${top}/missing`),
      (fs, top) => fs.unlinkSync(`${top}/missing`),
      (fs, top) => fs.renameSync(`${top}/missing`, `${top}/to`),
      (fs, top) => fs.linkSync(`${top}/missing`, `${top}/to`),
      (fs, top) => fs.symlinkSync('target', `${top}/missing/link`),
      (fs, top) => fs.readlinkSync(top),
      (fs, top) => fs.readFileSync(top),
      (fs, top) => fs.writeFileSync(top, ''),
      (fs, top) => fs.accessSync(`${top}/missing`),
      (fs, top) => fs.chmodSync(`${top}/missing`, 0o600),
      (fs, top) => fs.utimesSync(`${top}/missing`, 1, 1),
      (fs, top) => fs.copyFileSync(`${top}/missing`, `${top}/to`),
      (fs, top) => fs.mkdtempSync(`${top}/missing/x`),
      (fs) => fs.closeSync(999),
      (fs, top) => {
        fs.writeFileSync(`${top}/file`, 'x');
        return fs.mkdirSync(`${top}/file/below`);
      },
      (fs, top) => {
        fs.mkdirSync(`${top}/full/below`, { recursive: true });
        return fs.rmdirSync(`${top}/full`);
      },
    );
    expect(here).toEqual(onDisk);
  });

  it('reads and writes as Node does', () => {
    const { here, onDisk } = run((fs, top) => {
      fs.writeFileSync(`${top}/a`, 'hello');
      fs.appendFileSync(`${top}/a`, Buffer.from(' world'));
      const fd = fs.openSync(`${top}/a`, 'r+');
      const into = Buffer.alloc(5);
      const read = fs.readSync(fd, into, 1, 3, 6);
      fs.writeSync(fd, 'HE');
      fs.writeSync(fd, Buffer.from('xyz'), 1, 1, 4);
      fs.ftruncateSync(fd, 8);
      fs.closeSync(fd);
      fs.copyFileSync(`${top}/a`, `${top}/b`);
      fs.truncateSync(`${top}/b`, 2);
      return [
        read,
        into.toString('latin1'),
        fs.readFileSync(`${top}/a`, 'utf8'),
        fs.readFileSync(`${top}/a`, { encoding: 'hex' }),
        fs.readFileSync(`${top}/b`),
        Buffer.isBuffer(fs.readFileSync(`${top}/b`)),
        fs.existsSync(`${top}/b`),
        fs.existsSync(`${top}/c`),
      ];
    });
    expect(here).toEqual(onDisk);
  });

  it('lists, makes and removes trees as Node does', () => {
    const { here, onDisk } = run((fs, top) => {
      const first = fs.mkdirSync(`${top}/x/y/z`, { recursive: true });
      fs.writeFileSync(`${top}/x/b`, '');
      fs.writeFileSync(`${top}/x/a`, '');
      fs.symlinkSync('a', `${top}/x/l`);
      const rows = fs
        .readdirSync(`${top}/x`, { withFileTypes: true })
        .map((row) => [row.name, row.isFile(), row.isDirectory(), row.isSymbolicLink()]);
      const again = fs.mkdirSync(`${top}/x/y`, { recursive: true });
      const names = fs.readdirSync(`${top}/x`);
      const below = fs.readdirSync(top, { recursive: true }).toSorted();
      const link = [fs.readlinkSync(`${top}/x/l`), fs.realpathSync(`${top}/x/y/../l`), fs.lstatSync(`${top}/x/l`).size];
      fs.rmSync(`${top}/x`, { recursive: true });
      fs.rmSync(`${top}/x`, { force: true });
      return [first, again, rows, names, below, link, fs.readdirSync(top)];
    });
    expect(here).toEqual(onDisk);
  });

  it('shapes Stats as Node does', () => {
    const { here, onDisk } = run((fs, top) => {
      fs.writeFileSync(`${top}/a`, 'hello', { mode: 0o640 });
      fs.utimesSync(`${top}/a`, new Date(1_500), 2.25);
      const stat = fs.statSync(`${top}/a`);
      const exact = fs.statSync(`${top}/a`, { bigint: true });
      return [
        [stat.size, stat.mode, stat.nlink, stat.uid, stat.atimeMs, stat.mtimeMs, stat.mtime, stat.isFile()],
        [exact.size, exact.mode, exact.mtimeNs, exact.atimeMs, exact.isDirectory()],
        fs.statSync(`${top}/none`, { throwIfNoEntry: false }),
      ];
    });
    expect(here).toEqual(onDisk);
  });

  it('answers promises, and rejects with the same errors', async () => {
    await facade.promises.writeFile('/f', 'text');
    expect(await facade.promises.readFile('/f', 'utf8')).toBe('text');
    await expect(facade.promises.stat('/none')).rejects.toMatchObject({
      code: 'ENOENT',
      syscall: 'stat',
      path: '/none',
    });
    const handle = await facade.promises.open('/f', 'r+');
    const { bytesRead, buffer } = await handle.read(new Uint8Array(4), 0, 4, 1);
    expect([bytesRead, ...buffer]).toEqual([3, 101, 120, 116, 0]);
    await handle.truncate(1);
    await handle.close();
    expect((await facade.promises.lstat('/f')).size).toBe(1);
  });

  it('works without being called as methods', () => {
    const { writeFileSync, readFileSync } = facade;
    writeFileSync('/loose', 'x');
    expect(readFileSync('/loose', 'utf8')).toBe('x');
  });

  it('shows a process what the process may see', () => {
    const memory = emptyTree().fs;
    const namespace = new MountNamespace({ fs: memory, source: 'tmpfs' });
    const root = createProcess({ namespace, caller: ROOT });
    root.mkdir('/secret', 0o700);
    const user = nodeFs(createProcess({ namespace, caller: userCaller(1000, 1000) }));
    expect(() => user.readdirSync('/secret')).toThrow(/^EACCES: permission denied, scandir '\/secret'$/);
  });
});

describe('isomorphic-git', () => {
  it('keeps a repository on an overlay', async () => {
    const clock = steppingClock(START);
    const base = createMemoryFileSystem({ clock });
    const [lower, lowest, upper, work] = ['lower', 'lowest', 'upper', 'work'].map((name) => ({
      fs: base,
      root: base.mkdir(base.root, name, 0o755, ROOT),
    }));
    nodeFs(lower!).writeFileSync('/readme', 'from the image\n');
    const overlay = createOverlayFileSystem({
      lowers: [lower!, lowest!],
      upper: upper!,
      work: work!,
      clock,
      random: seededRandom(1),
      dev: 9,
      mounter: ROOT,
    } as Parameters<typeof createOverlayFileSystem>[0]);
    const fs = nodeFs({ fs: overlay, root: overlay.root });
    const author = { name: 'A', email: 'a@example.org', timestamp: 1, timezoneOffset: 0 };

    await git.init({ fs, dir: '/' });
    await git.add({ fs, dir: '/', filepath: 'readme' });
    const first = await git.commit({ fs, dir: '/', message: 'first', author });
    await fs.promises.writeFile('/readme', 'changed\n');
    expect(await git.status({ fs, dir: '/', filepath: 'readme' })).toBe('*modified');
    await git.add({ fs, dir: '/', filepath: 'readme' });
    await git.commit({ fs, dir: '/', message: 'second', author });

    const log = await git.log({ fs, dir: '/' });
    expect(log.map(({ commit }) => commit.message.trim())).toEqual(['second', 'first']);
    await git.checkout({ fs, dir: '/', ref: first, force: true });
    expect(fs.readFileSync('/readme', 'utf8')).toBe('from the image\n');
    expect(nodeFs(lower!).readdirSync('/')).toEqual(['readme']);
    expect(nodeFs(upper!).readdirSync('/')).toContain('.git');
  });
});
