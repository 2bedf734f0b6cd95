/** Overlay mount options: the real mount(2) and the simulated machine's, side by side, with the lines in the kernel log. */
import {
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FsError, seededRandom, steppingClock } from '@layerscope/core/fs';
import { createSimulatedKernel, type SimulatedKernel } from '@layerscope/core/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MNT_DETACH, mount, unmount } from '../../../host-adapter/src/linux/index.ts';
import { requires } from '../../requirements.ts';

const DIRECTORIES = ['l1', 'l2', 'l1/in', 'u', 'w', 'm', 'c,d', 'e f', 'other/l3'];

/** `@` stands for the scratch directory. */
const LAYERS = 'lowerdir=@/l1:@/l2,upperdir=@/u,workdir=@/w';
const OPTIONS = [
  '',
  'lowerdir=@/l1',
  'lowerdir=@/l1:@/l2',
  'lowerdir=@/l1:@/l2,workdir=@/w',
  'lowerdir=@/l1:@/l2,index=off,xino=off,metacopy=off',
  'lowerdir=@/l1,upperdir=@/u',
  LAYERS,
  `index=off,${LAYERS}`,
  `${LAYERS},userxattr`,
  `${LAYERS},redirect_dir=on`,
  `${LAYERS},redirect_dir=nofollow`,
  `${LAYERS},redirect_dir=follow`,
  `${LAYERS},redirect_dir=on,userxattr`,
  `${LAYERS},default_permissions`,
  `${LAYERS},foo`,
  `${LAYERS},foo=bar`,
  `${LAYERS},index=maybe`,
  `${LAYERS},userxattr=1`,
  'lowerdir,upperdir=@/u,workdir=@/w',
  'lowerdir=@/l1:@/l2,upperdir=,workdir=@/w',
  'lowerdir=@/none,upperdir=@/u,workdir=@/w',
  'lowerdir=@/file,upperdir=@/u,workdir=@/w',
  'lowerdir=@/l1,upperdir=@/file,workdir=@/w',
  'lowerdir=@/l1,upperdir=@/none,workdir=@/w',
  'lowerdir=@/l1,upperdir=@/u,workdir=@/u',
  'lowerdir=@/l1,upperdir=@/u,workdir=@/u/none',
  'lowerdir=@/u,upperdir=@/u,workdir=@/w',
  'lowerdir=@/w,upperdir=@/u,workdir=@/w',
  'lowerdir=@/l1:@/l1',
  'lowerdir=@/l1:@/l1/in',
  'lowerdir=@/l1/in:@/l1',
  'lowerdir=@/l1:',
  'lowerdir=:@/l1',
  'lowerdir=@/l1:::@/l2',
  String.raw`lowerdir=@/c\,d:@/l2`,
  'lowerdir=@/e f:@/l2',
  `lowerdir=,${LAYERS}`,
  `${LAYERS},uuid=null`,
  `${LAYERS},volatile`,
  'lowerdir=@/l1:@/l2,volatile',
  `${LAYERS},uuid=off`,
  `${LAYERS},uuid=on`,
  `${LAYERS},metacopy=on`,
  `${LAYERS},metacopy=on,redirect_dir=on`,
  `${LAYERS},metacopy=on,redirect_dir=off`,
  `${LAYERS},metacopy=on,redirect_dir=follow`,
  `${LAYERS},metacopy=on,redirect_dir=nofollow`,
  `${LAYERS},metacopy=on,userxattr`,
  `${LAYERS},metacopy=on,userxattr,redirect_dir=on`,
  `${LAYERS},metacopy`,
  'lowerdir=@/l1::@/l2',
  'lowerdir=@/l1::@/l2,metacopy=on',
  'lowerdir=@/l1::@/l2,upperdir=@/u,workdir=@/w,userxattr',
  'lowerdir=@/l1::@/l2:@/l1/in',
  'lowerdir=@/l1::@/l1',
  'lowerdir=@/l1:@/l2::@/l1/in',
  'lowerdir=::@/l1',
  'lowerdir=@/l1::',
  'lowerdir=@/l1::@/none',
  `${LAYERS},xino=on`,
  `${LAYERS},xino=auto`,
  `${LAYERS},xino=maybe`,
  'lowerdir=@/l1:@/other/l3,upperdir=@/u,workdir=@/w,xino=on',
  'lowerdir=@/l1:@/other/l3,upperdir=@/u,workdir=@/w,xino=auto,metacopy=on',
  'lowerdir=@/l1:@/other/l3,upperdir=@/u,workdir=@/w,xino=off',
  'lowerdir=@/l1:@/other/l3,xino=on',
  'lowerdir=@/l1,upperdir=@/u,workdir=@/other/l3',
  'lowerdir+=@/l1,lowerdir+=@/l2',
  'lowerdir+=@/l1,datadir+=@/l2,upperdir=@/u,workdir=@/w,metacopy=on',
  'datadir+=@/l2,upperdir=@/u,workdir=@/w',
  'lowerdir+=@/l1,datadir+=@/l2,lowerdir+=@/e f',
  'lowerdir=@/l1,lowerdir+=@/l2',
  'lowerdir+=@/l1,lowerdir=@/l2,upperdir=@/u,workdir=@/w',
  'lowerdir+=@/e f,lowerdir+=@/l2',
  'lowerdir+=,lowerdir+=@/l2',
];

/** What the machine says: the errno or the options of /proc/mounts, and the lines of the log without times. */
interface Answer {
  readonly options: string;
  readonly result: string;
  readonly log: readonly string[];
}

const codeOf = (error: unknown): string => (error instanceof FsError ? error.code : String(error));

describe.skipIf(!requires('root', 'overlay-mount'))('overlay mount options', () => {
  let base: string;
  let log: number;
  let kernel: SimulatedKernel;

  beforeAll(async () => {
    base = mkdtempSync(join(tmpdir(), 'layerscope-options-'));
    log = openSync('/dev/kmsg', constants.O_RDONLY | constants.O_NONBLOCK);
    mount('layerscope', base, 'tmpfs', 0, '');
    kernel = createSimulatedKernel({ clock: steppingClock(0n), random: seededRandom(1) });
    await kernel.disk.mkdir(base, 0o755);
    await kernel.mount([{ type: 'tmpfs', source: 'layerscope', options: [] }], base);
    mkdirSync(join(base, 'other'));
    mount('layerscope', join(base, 'other'), 'tmpfs', 0, '');
    await kernel.disk.mkdir(join(base, 'other'), 0o755);
    await kernel.mount([{ type: 'tmpfs', source: 'layerscope', options: [] }], join(base, 'other'));
  });
  afterAll(() => {
    closeSync(log);
    unmount(join(base, 'other'), MNT_DETACH);
    unmount(base, MNT_DETACH);
    rmSync(base, { recursive: true, force: true });
  });

  /** The new lines about overlays on this scratch directory; others mount overlays at the same time. */
  const newLines = (): readonly string[] => {
    const buffer = Buffer.alloc(8192);
    const lines: string[] = [];
    for (;;) {
      try {
        const record = buffer.subarray(0, readSync(log, buffer)).toString('utf8');
        const text = record.slice(record.indexOf(';') + 1).split('\n')[0] ?? '';
        if (/^overlay(fs)?: /.test(text)) lines.push(text);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return lines;
        if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
      }
    }
  };

  const onLinux = (options: string): Answer => {
    for (const name of DIRECTORIES) mkdirSync(join(base, name), { recursive: true });
    writeFileSync(join(base, 'file'), '');
    newLines();
    let result: string;
    try {
      mount('overlay', `${base}/m`, 'overlay', 0, options.replaceAll('@', base));
      const line =
        readFileSync('/proc/mounts', 'utf8')
          .split('\n')
          .find((row) => row.includes(` ${base}/m `)) ?? '';
      result = line.split(' ')[3] ?? '';
      unmount(`${base}/m`);
    } catch (error) {
      result = codeOf(error);
    }
    const lines = newLines();
    for (const name of DIRECTORIES) rmSync(join(base, name), { recursive: true, force: true });
    return { options, result, log: lines };
  };

  const simulated = async (options: string): Promise<Answer> => {
    for (const name of DIRECTORIES) await kernel.disk.mkdir(join(base, name), 0o755);
    const process = kernel.spawn();
    process.close(process.open(join(base, 'file'), 0o101, 0o644));
    process.exit();
    const before = kernel.dmesg().length;
    let result: string;
    try {
      const words = [options.replaceAll('@', base)];
      await kernel.mount([{ type: 'overlay', source: 'overlay', options: words }], `${base}/m`);
      result = kernel.mounts().at(-1)?.options ?? '';
      await kernel.unmount(`${base}/m`);
    } catch (error) {
      result = codeOf(error);
    }
    for (const name of DIRECTORIES) await kernel.disk.removeAll(join(base, name));
    return { options, result, log: kernel.dmesg().slice(before) };
  };

  it('are taken, refused, printed and complained about as Linux does', async () => {
    const linux: Answer[] = [];
    const here: Answer[] = [];
    for (const options of OPTIONS) {
      const ours = await simulated(options);
      // Another test's mount may speak up in between: the log is the machine's.
      let answer = onLinux(options);
      for (let again = 0; again < 3 && answer.log.length > ours.log.length; again++) answer = onLinux(options);
      linux.push(answer);
      here.push(ours);
    }
    expect(here).toEqual(linux);
  });
});
