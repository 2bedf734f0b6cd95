/** `layerscope serve` asked for what cannot be: it names the thing, says what to do, ends, and harms nothing. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { remoteSnapshotter } from '../../../host-adapter/src/service/index.ts';
import { command } from '../../command.ts';
import { requires } from '../../requirements.ts';
import { layerscope, startLayerscope } from './layerscope.ts';

const MINUTE = 60_000;

describe.skipIf(!requires('root', 'linux', 'overlay-mount'))('layerscope serve', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'layerscope-wrong-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** What it says instead of serving. */
  const refusal = async (...args: readonly string[]): Promise<string> => {
    const started = startLayerscope({ folder, args });
    await started.then(
      (server) => server.stop(),
      () => undefined,
    );
    await expect(started).rejects.toThrow('layerscope does not serve');
    return readFileSync(join(folder, 'layerscope.log'), 'utf8');
  };

  it(
    'ends when it cannot answer Prometheus, and never answered containerd',
    async () => {
      const taken = createServer().listen(0, '127.0.0.1');
      await once(taken, 'listening');
      const { port } = taken.address() as { readonly port: number };
      try {
        expect(await refusal('--metrics', `127.0.0.1:${port}`)).toMatch(/EADDRINUSE.*\n.*→ Pass another --metrics/);
        expect(await refusal('--metrics', '99999')).toContain('→ Write it as host:port');
        expect(existsSync(join(folder, 'layerscope.sock'))).toBe(false);
      } finally {
        taken.close();
      }
    },
    MINUTE,
  );

  it(
    'says what an overlay cannot be mounted with',
    async () => {
      expect(await refusal('--mount-option', 'nonsense')).toMatch(
        /options nonsense: EINVAL.*\n.*→ Mend --mount-option/,
      );
    },
    MINUTE,
  );

  it(
    'says where no root can be',
    async () => {
      writeFileSync(join(folder, 'file'), '');
      expect(await refusal('--root', join(folder, 'file', 'root'))).toContain(`the root ${folder}/file/root cannot be`);
      expect(await refusal('--root', '/proc/none')).toContain('the root /proc/none cannot be made: ENOENT');
      expect(await refusal('--root', '')).toContain('--root is empty');
    },
    MINUTE,
  );

  it(
    "serves no file of a user's that breaks the contract, but when it is told to",
    async () => {
      const file = join(folder, 'forgetful.ts');
      writeFileSync(
        file,
        `import { createNativeSnapshotter, type NativeOptions } from '@layerscope/core/snapshotters';
         export const createSnapshotter = async (ground: NativeOptions) => {
           const inner = await createNativeSnapshotter(ground);
           return { ...inner, usage: async () => ({ inodes: 0, size: 0 }) };
         };`,
      );
      const said = await refusal('--snapshotter', file);
      expect(said).toMatch(/forgetful\.ts does not keep the snapshotter contract\n(.*\n)*.*→ Mend it, or .*--no-check/);
      expect(said).toMatch(/usage/i);
      expect(existsSync(join(folder, 'layerscope.sock'))).toBe(false);
      expect(() => layerscope('check', file)).toThrow(/\d+ of \d+ laws hold/);
      await (await startLayerscope({ folder, args: ['--snapshotter', file, '--no-check'] })).stop();
      const sound = join(folder, 'sound.ts');
      writeFileSync(
        sound,
        `export { createNativeSnapshotter as createSnapshotter } from '@layerscope/core/snapshotters';`,
      );
      expect(layerscope('check', sound)).toMatch(/^.*sound\.ts: (\d+) of \1 laws hold\n$/);
    },
    MINUTE,
  );

  it(
    'refuses a file system whose listings tell no types, in the words of containerd',
    async () => {
      const [image, mounted] = [join(folder, 'image'), join(folder, 'mounted')];
      writeFileSync(image, '');
      truncateSync(image, 64 << 20);
      mkdirSync(mounted);
      command('mkfs.ext4', ['-q', '-F', '-O', '^filetype', image]);
      command('mount', ['-o', 'loop', image, mounted]);
      try {
        const root = join(mounted, 'root');
        expect(await refusal('--root', root)).toMatch(
          new RegExp(`${root} does not support d_type\\. .*\\n.*→ Pass --root .*--snapshotter native`),
        );
        await (await startLayerscope({ folder, args: ['--root', `${root}-native`, '--snapshotter', 'native'] })).stop();
      } finally {
        command('umount', [mounted]);
      }
    },
    MINUTE,
  );

  it(
    'says where there is no room for metadata, and starts when there is',
    async () => {
      const small = join(folder, 'small');
      mkdirSync(small);
      command('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', small]);
      try {
        const root = join(small, 'root');
        expect(await refusal('--root', root)).toMatch(
          new RegExp(`metadata cannot be kept in ${root}: ENOSPC.*\\n.*→ Pass --root a directory .* has room`),
        );
        command('mount', ['-o', 'remount,size=8m', small]);
        await (await startLayerscope({ folder, args: ['--root', root] })).stop();
        command('mount', ['-o', 'remount,ro', small]);
        expect(await refusal('--root', root)).toMatch(/metadata cannot be kept in .*: EROFS.*\n.*→ Pass --root/);
      } finally {
        command('umount', [small]);
      }
    },
    MINUTE,
  );

  it(
    "keeps its hands off another design's directories, and off those whose metadata is gone",
    async () => {
      const server = await startLayerscope({ folder });
      const snapshotter = remoteSnapshotter({ address: server.address, snapshotter: 'layerscope' });
      await snapshotter.prepare('container', '');
      await snapshotter.close();
      const file = join(server.root, 'snapshots', '1', 'fs', 'precious');
      writeFileSync(file, '');
      await server.stop();
      for (const other of ['btrfs', 'native']) {
        expect(await refusal('--snapshotter', other)).toContain(
          `holds snapshots of overlayfs, not of ${other}\n  → Pass --snapshotter overlayfs`,
        );
      }
      mkdirSync(join(folder, 'away'));
      renameSync(join(server.root, 'metadata.mdb'), join(folder, 'away', 'metadata.mdb'));
      expect(await refusal()).toMatch(/holds 1 directory of snapshots, but .*metadata\.mdb is gone\n.*metadata import/);
      expect(existsSync(file)).toBe(true);
    },
    MINUTE,
  );
});
