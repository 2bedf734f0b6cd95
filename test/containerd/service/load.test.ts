/** A real server under many callers, and under callers that mean no good. At night for longer (LAYERSCOPE_NIGHTLY=1). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Metadata, credentials, status, type ServiceError } from '@grpc/grpc-js';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { remoteSnapshotter } from '../../../host-adapter/src/service/index.ts';
import { requires } from '../../requirements.ts';
import { layerscope as runLayerscope, startLayerscope, type Layerscope } from '../daemons/layerscope.ts';

const isNightly = process.env['LAYERSCOPE_NIGHTLY'] !== undefined;
const SECONDS = isNightly ? 60 : 5;
const CLIENTS = 64;
const MINUTE = 60_000;
const MEBIBYTE = 1 << 20;

const SNAPSHOTS = 'containerd.services.snapshots.v1.Snapshots';
const METHODS = ['Prepare', 'View', 'Mounts', 'Commit', 'Remove', 'Stat', 'Update', 'List', 'Usage', 'Cleanup'].map(
  (name) => `/${SNAPSHOTS}/${name}`,
);
const OTHERS = ['/containerd.services.diff.v1.Diff/Apply', '/containerd.services.diff.v1.Diff/Diff', '/no.Such/Method'];

/** Begins to list what a socket (its argument) serves, says so, and reads no further. */
const LISTER = `
const { remoteSnapshotter } = await import(${JSON.stringify(new URL('../../../host-adapter/dist/service/index.js', import.meta.url).href)});
const snapshotter = remoteSnapshotter({ address: process.argv[1], snapshotter: 'layerscope' });
await snapshotter.walk(() => (console.log('listing'), new Promise(() => setInterval(() => {}, 1000))));
`;

const residentBytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;

/** Runs `count` of them, a hundred at a time. */
const inBatches = async (count: number, ask: (number: number) => Promise<unknown>): Promise<void> => {
  for (let from = 0; from < count; from += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, index) => ask(from + index)));
  }
};

describe.skipIf(!requires('root', 'linux', 'overlay-mount'))('a server', () => {
  let folder: string;
  let server: Layerscope;

  beforeEach(async () => {
    // In memory where that can be: what is asked is whether it goes on, not how quick the disk is.
    folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'layerscope-load-'));
    // Nothing listens where the diff service would find a content store: every request of it must be refused in words.
    server = await startLayerscope({ folder, args: ['--log-level', 'info', '--diff', join(folder, 'nothing.sock')] });
  }, MINUTE);
  afterEach(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, MINUTE);

  const nothingWrong = async (): Promise<void> => {
    expect(server.log().filter(({ level }) => level === 'error')).toEqual([]);
    await server.stop();
    expect(runLayerscope('doctor', '--root', server.root)).toContain('Nothing is wrong.');
  };

  it(
    `${CLIENTS} clients for ${SECONDS} s: no error, and memory stays`,
    async () => {
      const base = remoteSnapshotter({ address: server.address, snapshotter: 'layerscope' });
      await base.prepare('making', '');
      await base.commit('base', 'making');
      const end = Date.now() + SECONDS * 1000;
      let calls = 0;
      const client = async (number: number): Promise<void> => {
        const snapshotter = remoteSnapshotter({ address: server.address, snapshotter: 'layerscope' });
        for (let round = 0; Date.now() < end; round++) {
          const key = `client-${number}-${round}`;
          await snapshotter.prepare(key, 'base');
          await snapshotter.stat(key);
          await snapshotter.mounts(key);
          if (round % 2 === 0) {
            await snapshotter.commit(`${key}-name`, key);
            await snapshotter.remove(`${key}-name`);
          } else await snapshotter.remove(key);
          if (number === 0) await snapshotter.cleanup();
          calls += 5;
        }
        await snapshotter.close();
      };
      const samples: number[] = [];
      const sampling = setInterval(() => samples.push(residentBytes(server.pid)), (SECONDS * 1000) / 30);
      try {
        await Promise.all(Array.from({ length: CLIENTS }, (_, number) => client(number)));
      } finally {
        clearInterval(sampling);
      }
      expect(calls).toBeGreaterThan(SECONDS * 100);
      // From when everything is warm until the end.
      const third = Math.floor(samples.length / 3);
      const growth = Math.max(...samples.slice(2 * third)) - Math.max(...samples.slice(third, 2 * third));
      expect(growth).toBeLessThan((isNightly ? 16 : 48) * MEBIBYTE);
      await base.cleanup();
      const left: string[] = [];
      await base.walk(({ name }) => void left.push(name));
      expect(left).toEqual(['base']);
      expect(readdirSync(join(server.root, 'snapshots'))).toHaveLength(1);
      await base.close();
      await nothingWrong();
    },
    SECONDS * 1000 + 2 * MINUTE,
  );

  it(
    'told to end finishes what it has begun: what it answered is there, the rest is refused',
    async () => {
      const snapshotter = remoteSnapshotter({ address: server.address, snapshotter: 'layerscope' });
      const answered: string[] = [];
      const refused = new Set<string>();
      let asked = 0;
      const ask = async (): Promise<void> => {
        const key = `key-${(asked += 1)}`;
        try {
          await snapshotter.prepare(key, '');
          answered.push(key);
          return ask();
        } catch (error) {
          refused.add((error as { readonly code: string }).code);
        }
      };
      const asking = Promise.all(Array.from({ length: CLIENTS }, ask));
      await expect.poll(() => answered.length).toBeGreaterThan(CLIENTS);
      expect(await server.stop('SIGTERM')).toBe(0);
      await asking;
      await snapshotter.close();
      // Each hears that the connection ended, as its library says it; nothing is said of a snapshot.
      expect(refused.size).toBeGreaterThan(0);
      for (const code of ['AlreadyExists', 'NotFound', 'InvalidArgument', 'FailedPrecondition']) {
        expect(refused).not.toContain(code);
      }
      expect(server.log().filter(({ level }) => level !== 'info')).toEqual([]);
      expect(server.log().at(-1)).toMatchObject({ msg: 'stopped' });
      server = await startLayerscope({ folder });
      expect(server.log().filter(({ level }) => level !== 'info')).toEqual([]);
      const again = remoteSnapshotter({ address: server.address, snapshotter: 'layerscope' });
      const kept: string[] = [];
      await again.walk(({ name }) => void kept.push(name));
      await again.close();
      expect(answered.filter((key) => !kept.includes(key))).toEqual([]);
      await nothingWrong();
    },
    MINUTE,
  );

  describe('asked for nonsense', () => {
    let client: Client;
    beforeEach(() => {
      client = new Client(`unix:${server.address}`, credentials.createInsecure());
    });
    afterEach(() => client.close());

    const raw = (path: string, bytes: Uint8Array, metadata = new Metadata()): Promise<number> =>
      new Promise((resolve) => {
        client.makeUnaryRequest(
          path,
          (request: Buffer) => request,
          (response: Buffer) => response,
          Buffer.from(bytes),
          metadata,
          (error: ServiceError | null) => resolve(error?.code ?? status.OK),
        );
      });

    it(
      '10,000 times it refuses or does what it was asked, and goes on',
      async () => {
        const bytes = fc.sample(fc.uint8Array({ maxLength: 96 }), { numRuns: 5000, seed: 21 });
        const paths = [...METHODS, ...OTHERS];
        const answers = new Set<number>();
        const ask = async (number: number): Promise<void> => {
          answers.add(await raw(paths[number % paths.length]!, bytes[number]!));
        };
        await inBatches(2000, ask);
        const warm = residentBytes(server.pid);
        await inBatches(3000, (number) => ask(2000 + number));
        // Nothing of a refused request is kept: 3,000 more would show what each of them leaves.
        expect(residentBytes(server.pid) - warm).toBeLessThan(32 * MEBIBYTE);
        // INTERNAL: bytes that are no message; UNAVAILABLE: the content store that is not there. Nothing had to wait.
        const { DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, ABORTED, DATA_LOSS, CANCELLED } = status;
        expect(
          [...answers].filter((code) =>
            [DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, ABORTED, DATA_LOSS, CANCELLED].includes(code),
          ),
        ).toEqual([]);
        const hostile = ['', '..', '../../../etc', '/', 'a/../b', '\0', 'new\nline', '\u001b[2J', '__proto__', 'ü🐳'];
        const text = fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'binary' }));
        const asked = fc.sample(fc.tuple(text, text, fc.dictionary(text, text, { maxKeys: 5 })), {
          numRuns: 1250,
          seed: 22,
        });
        const snapshotter = remoteSnapshotter({ address: server.address, snapshotter: 'no such snapshotter' });
        const codes = new Set<string>();
        const heard = (call: Promise<unknown>): Promise<unknown> =>
          call.catch((error: { readonly code: string }) => codes.add(error.code));
        // Four calls each.
        await inBatches(1250, async (number) => {
          const [key, parent, labels] = asked[number % asked.length]!;
          await heard(snapshotter.prepare(key, parent, { labels }));
          await heard(snapshotter.update({ name: key, labels }, `labels.${parent}`));
          await heard(snapshotter.commit(parent, key, { labels }));
          await heard(snapshotter.remove(number % 2 === 0 ? key : parent));
        });
        expect(
          [...codes].filter(
            (code) => !['AlreadyExists', 'FailedPrecondition', 'InvalidArgument', 'NotFound', 'Unknown'].includes(code),
          ),
        ).toEqual([]);
        // Keys are no paths: nothing was made beside the numbered directories.
        expect(readdirSync(server.root).filter((name) => !name.startsWith('metadata.mdb'))).toEqual(['snapshots']);
        expect(readdirSync(join(server.root, 'snapshots')).filter((name) => !/^\d+$/.test(name))).toEqual([]);
        expect(readdirSync(folder).toSorted()).toEqual(['layerscope.log', 'layerscope.sock', 'root']);
        await snapshotter.prepare('alive', '');
        // What was removed gives its directory back now.
        await snapshotter.cleanup();
        await snapshotter.close();
        // What is a fault of ours has a stack; an empty key is Unknown at containerd, too.
        expect(server.log().filter(({ stack }) => stack !== undefined)).toEqual([]);
        await server.stop();
        expect(runLayerscope('doctor', '--root', server.root)).toContain('Nothing is wrong.');
      },
      // Some ten seconds of two processors; more when others want them too.
      4 * MINUTE,
    );

    it(
      'a caller that is killed in the middle of a list is noticed, and its list given up',
      async () => {
        const snapshotter = remoteSnapshotter({ address: server.address, snapshotter: 'layerscope' });
        const labels = { 'containerd.io/snapshot/long': 'x'.repeat(MEBIBYTE) };
        // More than the wire takes before somebody reads it.
        await Promise.all(
          Array.from({ length: 80 }, (_, number) => snapshotter.view(`view-${number}`, '', { labels })),
        );
        const lists = (): readonly unknown[] =>
          server
            .log()
            .filter(({ msg }) => msg === 'List')
            .map(({ result }) => result);
        const lister = spawn(process.execPath, ['--input-type=module', '-e', LISTER, server.address], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        const exited = once(lister, 'exit');
        try {
          await Promise.race([once(lister.stdout, 'data'), exited]);
          expect(lists()).toEqual([]);
        } finally {
          lister.kill('SIGKILL');
        }
        await exited;
        await expect.poll(lists, { timeout: 10_000 }).toEqual(['CANCELLED']);
        await snapshotter.close();
        await nothingWrong();
      },
      MINUTE,
    );

    it(
      'callers that vanish in the middle of a list leave nothing running',
      async () => {
        const snapshotter = remoteSnapshotter({ address: server.address, snapshotter: 'layerscope' });
        const labels = { 'containerd.io/snapshot/long': 'x'.repeat(64_000) };
        await Promise.all(
          Array.from({ length: 300 }, (_, number) => snapshotter.view(`view-${number}`, '', { labels })),
        );
        const before = residentBytes(server.pid);
        for (let leaver = 0; leaver < 30; leaver++) {
          const other = remoteSnapshotter({ address: server.address, snapshotter: 'layerscope' });
          let seen = 0;
          await expect(
            other.walk(() => {
              if ((seen += 1) === 5) throw new Error('gone');
            }),
          ).rejects.toThrow('gone');
          await other.close();
        }
        const names: string[] = [];
        await snapshotter.walk(({ name }) => void names.push(name));
        expect(names).toHaveLength(300);
        expect(residentBytes(server.pid) - before).toBeLessThan(300 * MEBIBYTE);
        await snapshotter.close();
        expect(existsSync(`/proc/${server.pid}`)).toBe(true);
        await nothingWrong();
      },
      MINUTE,
    );
  });
});
