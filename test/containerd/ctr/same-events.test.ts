/** What containerd publishes while commands run, and what the node publishes for the same commands. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requires } from '../../requirements.ts';
import { startContainerd, type Containerd } from '../daemons/containerd.ts';
import { newNode, onContainerd, onNode } from '../daemons/ctr-node.ts';
import { busyboxArchive } from './busybox-archive.ts';

const MINUTE = 60_000;
const NAMESPACE = 'about-events';
const BUSYBOX = 'docker.io/library/bb:1';

const LINES = [
  'namespaces create made a=b',
  'namespaces label made c=d',
  'namespaces rm made',
  'images import busybox.tar',
  `images tag ${BUSYBOX} x:1`,
  'images label x:1 a=b',
  'images rm x:1',
  'snapshots prepare a',
  'snapshots commit b a',
  'snapshots prepare v b',
  'snapshots label b x=y',
  'snapshots rm v',
  `containers create ${BUSYBOX} c`,
  'containers label c a=b',
  'containers rm c',
  `run --rm ${BUSYBOX} r1 echo hi`,
  `run --rm ${BUSYBOX} r2 sh -c false`,
  `run --rm ${BUSYBOX} r3 nosuch`,
  `run -d ${BUSYBOX} d sleep 1000`,
  'tasks exec --exec-id e1 d echo hello',
  'tasks exec --exec-id e2 d false',
  'tasks exec --exec-id e3 d nosuch',
  'tasks pause d',
  'tasks resume d',
  'tasks kill d',
  'tasks kill -s 9 d',
  'tasks rm d',
  'containers rm d',
];

/**
 * A line of `ctr events` without what no two runs share. 2.x tells of content, too, names the snapshotter, and puts the
 * options of an overlay in another order.
 */
const told = (line: string): string | undefined => {
  const [, namespace, topic = '', event = ''] = /UTC (\S+) (\S+) (.*)$/.exec(line) ?? [];
  if (namespace === undefined || namespace === 'collector' || topic.startsWith('/content/')) return undefined;
  // 1.6 publishes what becomes of a namespace in that of the client.
  const where = topic.startsWith('/namespaces/') ? '' : namespace;
  const { snapshotter: _, rootfs, io, bundle, ...fields } = JSON.parse(event);
  const mounts = (rootfs ?? []).map(({ type, source, options }: { type: string; source: string; options: string[] }) =>
    [type, source, ...options.map((option) => option.split('=')[0]).toSorted()].join(' '),
  );
  return `${where} ${topic} ${JSON.stringify({ ...fields, mounts, io: io && Object.keys(io), bundle: bundle?.split('/').slice(-2) })}`
    .replaceAll(/"pid":\d+/g, '"pid":0')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replaceAll(/extract-\d+-[\w-]{4}/g, 'extract-<unique>');
};

const toldIn = (output: string): readonly string[] =>
  output
    .split('\n')
    .map(told)
    .filter((line) => line !== undefined);

describe.skipIf(!requires('root', 'containerd', 'ctr', 'runc', 'busybox', 'overlay-mount'))('ctr events', () => {
  let folder: string;
  let containerd: Containerd;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'layerscope-ctr-'));
    busyboxArchive(folder);
    containerd = await startContainerd({ collectsGarbage: true });
  }, MINUTE);
  afterAll(async () => {
    await containerd?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, MINUTE);

  it(
    'are those of containerd, in its order',
    async () => {
      const listener = spawn('ctr', ['-a', containerd.address, 'events'], { stdio: ['ignore', 'pipe', 'ignore'] });
      let theirs = '';
      listener.stdout.setEncoding('utf8').on('data', (text: string) => {
        theirs += text;
      });
      const node = await newNode(folder);
      try {
        // Until it listens, nothing is told.
        for (let n = 0; n < 100 && !theirs.includes('/namespaces/create'); n++) {
          onContainerd(containerd, folder, ['-n', 'collector', 'namespaces', 'create', `listening-${n}`]);
          await pause(50);
        }
        theirs = '';
        for (const line of LINES) {
          const args = ['-n', NAMESPACE, ...line.split(' ')];
          onContainerd(containerd, folder, args);
          await onNode(node, args);
          // A killed task is told of when its shim has seen it.
          await pause(line.startsWith('tasks kill') ? 500 : 20);
        }
        await pause(300);
      } finally {
        listener.kill();
        onContainerd(containerd, folder, ['-n', NAMESPACE, 'tasks', 'rm', '-f', 'd']);
      }
      const ours = (await onNode(node, ['events'])).stdout;
      const isOf = (line: string): boolean => !line.includes('listening-');
      expect(toldIn(ours)).toEqual(toldIn(theirs).filter(isOf));
    },
    2 * MINUTE,
  );
});
