/**
 * Our server dies, or finds its disk full or broken, in the middle of what containerd asks of it. containerd's view and
 * ours agree when it is back: what was answered is there, what was not can be asked again, and a collection leaves nothing
 * that only one of them knows.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Snapshotter } from '@layerscope/core/snapshots';
import { remoteSnapshotter } from '../../../host-adapter/src/service/index.ts';
import { command } from '../../command.ts';
import { requires } from '../../requirements.ts';
import { startContainerd, type Containerd } from '../daemons/containerd.ts';
import { layerscope as runLayerscope, startLayerscope } from '../daemons/layerscope.ts';
import { hasRelease } from '../daemons/releases.ts';

const MINUTE = 60_000;
const PROGRAM = fileURLToPath(new URL(`../../.cache/faulty-server-${process.pid}.mjs`, import.meta.url));
/** More changes than any of the calls makes. */
const ALL_STEPS = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const isNightly = process.env['LAYERSCOPE_NIGHTLY'] !== undefined;
/** After a death a server is started and containerd waits before it connects again: by day after every other step. */
const stepsOf = (fault: string): readonly number[] =>
  isNightly || fault !== 'SIGKILL' ? ALL_STEPS : ALL_STEPS.filter((step) => step % 2 === 1);

const FAULTS = ['SIGKILL', 'EIO', 'ENOSPC'] as const;

const LABELS = { 'containerd.io/gc.root': 'test' };

const outcome = async (call: Promise<unknown>): Promise<string> => {
  try {
    await call;
    return 'OK';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
};

/** containerd's own keys behind those of its clients: `<namespace>/<number>/<key>`. */
const plain = (key: string): string => key.replace(/^test\/\d+\//, '');

const names = async (snapshotter: Snapshotter): Promise<readonly string[]> => {
  const found: string[] = [];
  await snapshotter.walk(({ name, kind, parent }) => void found.push(`${kind} ${plain(name)} on ${plain(parent)}`));
  return found.toSorted();
};

describe.skipIf(!hasRelease('2.2'))('a server that fails behind containerd', () => {
  let folder: string;
  let root: string;
  let address: string;
  let containerd: Containerd;
  let server: ChildProcess | undefined;
  /** Through containerd, and past it. */
  let theirs: Snapshotter;
  let ours: Snapshotter;

  const stopped = async (): Promise<void> => {
    if (server === undefined) return;
    const exited = once(server, 'exit');
    if (server.exitCode === null && server.signalCode === null && server.kill('SIGKILL')) await exited;
    server = undefined;
  };
  const start = async (): Promise<void> => {
    server = spawn(process.execPath, [PROGRAM, root, address], { stdio: ['pipe', 'pipe', 'inherit'] });
    await Promise.race([once(server.stdout!, 'data'), once(server, 'exit')]);
    expect(server.exitCode).toBe(null);
  };
  /** The next call of `method` fails at its `step`; with `none`, no call does any more. */
  const arm = async (fault: string, method = '', step = 0): Promise<void> => {
    const answer = once(server!.stdout!, 'data');
    server!.stdin!.write(`${method} ${step} ${fault}\n`);
    await answer;
  };
  const restart = async (): Promise<void> => {
    await stopped();
    await start();
    // Until containerd has connected again.
    await expect.poll(() => outcome(theirs.stat('base')), { timeout: 20_000, interval: 50 }).toBe('OK');
  };
  const collect = (): void => void containerd.ctr(['content', 'prune', 'references']);

  /** A start costs seconds, which containerd waits before it connects again: by day only after a death. */
  const agreed = async (fault: string): Promise<void> => {
    if (fault === 'SIGKILL' || isNightly) await restart();
    else await arm('none');
    // containerd looks for what it does not know only in a snapshotter that something was removed from.
    await theirs.prepare('to remove', '', { labels: LABELS });
    await theirs.remove('to remove');
    collect();
    expect(await names(ours)).toEqual(await names(theirs));
    const ids = readdirSync(join(root, 'snapshots'));
    expect(ids.filter((name) => name.startsWith('new-'))).toEqual([]);
    expect(ids).toHaveLength((await names(ours)).length);
  };

  beforeAll(async () => {
    await build({
      entryPoints: [fileURLToPath(new URL('./faulty-server.ts', import.meta.url))],
      outfile: PROGRAM,
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'node',
      conditions: ['layerscope-source'],
      // grpc-js is CommonJS, which asks for Node's own modules.
      banner: {
        js: "import { createRequire as requireFor } from 'node:module'; const require = requireFor(import.meta.url);",
      },
      external: ['koffi', 'lmdb', 'sorted-btree'],
      logLevel: 'error',
    });
    folder = mkdtempSync(join(tmpdir(), 'layerscope-faults-'));
    [root, address] = [join(folder, 'root'), join(folder, 'layerscope.sock')];
    mkdirSync(root);
    const configuration = runLayerscope('config', 'containerd', '--address', address, '--config-version', '3');
    containerd = await startContainerd({ release: '2.2', configuration, collectsGarbage: true });
    theirs = remoteSnapshotter({ address: containerd.address, snapshotter: 'layerscope', namespace: 'test' });
    ours = remoteSnapshotter({ address, snapshotter: 'layerscope' });
    await start();
    await theirs.prepare('making', '', { labels: LABELS });
    await theirs.commit('base', 'making', { labels: LABELS });
  }, 2 * MINUTE);
  afterAll(async () => {
    await theirs?.close();
    await ours?.close();
    await stopped();
    await containerd?.stop();
    rmSync(folder, { recursive: true, force: true });
    rmSync(PROGRAM, { force: true });
  }, MINUTE);

  describe.each(FAULTS)('%s', (fault) => {
    it.each(['prepare', 'commit'] as const)(
      'at each step of %s',
      async (method) => {
        const seen = new Set<string>();
        for (const step of stepsOf(fault)) {
          const key = `${fault}-${method}-${step}`;
          const name = `${key}-name`;
          if (method === 'commit') await theirs.prepare(key, 'base', { labels: LABELS });
          await arm(fault, method, step);
          const call =
            method === 'prepare'
              ? theirs.prepare(key, 'base', { labels: LABELS })
              : theirs.commit(name, key, { labels: LABELS });
          const result = await outcome(call);
          seen.add(result);
          await agreed(fault);
          // What was refused can be asked again, and what was answered is there.
          if (method === 'prepare') {
            if (result !== 'OK') await theirs.prepare(key, 'base', { labels: LABELS });
            await theirs.mounts(key);
          } else if (result === 'OK' || (await outcome(theirs.stat(name))) === 'OK') await theirs.stat(name);
          else await theirs.commit(name, key, { labels: LABELS });
          if (result === 'OK') break;
        }
        // It failed at the first step, and some step is past the last.
        expect(seen.size).toBeGreaterThan(1);
        expect([...seen].toSorted()).toEqual(['OK', fault === 'SIGKILL' ? 'Unavailable' : 'Unknown'].toSorted());
      },
      3 * MINUTE,
    );

    it(
      'while garbage is collected',
      async () => {
        for (const step of stepsOf(fault).slice(0, 2)) {
          for (const key of ['a', 'b']) await theirs.prepare(`${key}-${fault}-${step}`, 'base', { labels: LABELS });
          await arm(fault, 'remove', step);
          for (const key of ['a', 'b']) await theirs.remove(`${key}-${fault}-${step}`);
          await outcome(Promise.resolve().then(collect));
          await agreed(fault);
          expect((await names(ours)).filter((name) => name.includes(`-${fault}-${step} `))).toEqual([]);
        }
      },
      MINUTE,
    );
  });
});

describe.skipIf(!requires('root', 'linux', 'overlay-mount'))('a disk that is full', () => {
  it(
    'refuses in words, loses nothing, and serves again when there is room',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'layerscope-full-'));
      const [image, mounted] = [join(folder, 'image'), join(folder, 'mounted')];
      writeFileSync(image, '');
      truncateSync(image, 12 << 20);
      mkdirSync(mounted);
      // Few inodes, no journal: full soon.
      command('mkfs.ext4', ['-q', '-F', '-N', '600', '-O', '^has_journal', image]);
      command('mount', ['-o', 'loop', image, mounted]);
      try {
        const server = await startLayerscope({ folder: mounted });
        const snapshotter = remoteSnapshotter({ address: server.address, snapshotter: 'layerscope' });
        const made: string[] = [];
        let refusal = '';
        for (let number = 0; refusal === ''; number++) {
          try {
            await snapshotter.prepare(`key-${number}`, made.at(-1) ?? '');
            await snapshotter.commit(`name-${number}`, `key-${number}`);
            made.push(`name-${number}`);
          } catch (error) {
            refusal = (error as Error).message;
          }
        }
        expect(refusal).toContain('no space left on device');
        expect(made.length).toBeGreaterThan(50);
        const rows = async (): Promise<readonly string[]> => {
          const found: string[] = [];
          await snapshotter.walk(({ name, kind }) => void (kind === 'Committed' && found.push(name)));
          return found.toSorted();
        };
        expect(await rows()).toEqual(made.toSorted());
        await expect(snapshotter.prepare('more', '')).rejects.toThrow('no space left on device');
        // Giving room back must work on a full disk.
        await snapshotter.walk(({ name, kind }) => void (kind !== 'Committed' && made.push(name)));
        for (const name of made.splice(made.length - 10).toReversed()) await snapshotter.remove(name);
        await snapshotter.cleanup?.();
        await snapshotter.prepare('again', made.at(-1)!);
        await snapshotter.remove('again');
        await snapshotter.close();
        await server.stop('SIGKILL');
        const second = await startLayerscope({ folder: mounted });
        await second.stop();
        expect(runLayerscope('doctor', '--root', second.root)).toContain('Nothing is wrong.');
      } finally {
        command('umount', ['-l', mounted]);
        rmSync(folder, { recursive: true, force: true });
      }
      expect(existsSync(folder)).toBe(false);
    },
    MINUTE,
  );
});
