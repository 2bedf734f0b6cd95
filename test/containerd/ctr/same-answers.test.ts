import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoImage } from '@layerscope/core/demo';
import { seededRandom } from '@layerscope/core/fs';
import type { Sandbox } from '@layerscope/core/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requires } from '../../requirements.ts';
import { hasRelease } from '../daemons/releases.ts';
import { startContainerd, type Containerd } from '../daemons/containerd.ts';
import { comparable, newNode, onContainerd, onNode } from '../daemons/ctr-node.ts';
import { busyboxArchive } from './busybox-archive.ts';
import { LISTINGS, randomCommand } from './random-commands.ts';
import { NEWER_SEQUENCES, SEQUENCES } from './sequences.ts';

const MINUTE = 60_000;
const SEEDS = 5;
/** In a random sequence. */
const COMMANDS = 40;

const ctrLines = (containerd: Containerd, args: readonly string[]): readonly string[] =>
  onContainerd(containerd, '/', args)
    .stdout.split('\n')
    .filter((line) => line !== '');

/** Against a daemon of both releases, with the client of 1.6: what it prints is what the node's prints. */
const releases = (['1.6', '2.2'] as const).filter((release) => requires('ctr', 'busybox') && hasRelease(release));

describe.each(releases)('ctr and containerd %s', (release) => {
  let folder: string;
  let containerd: Containerd;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'layerscope-ctr-'));
    writeFileSync(join(folder, 'demo.tar'), await demoImage());
    busyboxArchive(folder);
    containerd = await startContainerd({ release, collectsGarbage: true });
  }, MINUTE);
  afterAll(async () => {
    await containerd?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, MINUTE);

  it.each(Object.entries(release === '1.6' ? SEQUENCES : { ...SEQUENCES, ...NEWER_SEQUENCES }))(
    'answers as containerd: %s',
    async (name, lines) => {
      const node: Sandbox = await newNode(folder);
      // Not the name alone: a cgroup of that name holds the tasks, and `tasks` is one of its files.
      const namespace = `about-${name.replaceAll(/[^a-z]+/g, '-')}`;
      try {
        for (const line of lines) {
          const args = ['-n', namespace, ...line];
          const theirs = comparable(onContainerd(containerd, folder, args));
          expect([line.join(' '), comparable(await onNode(node, args))]).toEqual([line.join(' '), theirs]);
        }
      } finally {
        // What runc knows of a task outlives the daemon.
        for (const id of ctrLines(containerd, ['-n', namespace, 'tasks', 'ls', '-q']))
          onContainerd(containerd, folder, ['-n', namespace, 'tasks', 'rm', '-f', id]);
      }
    },
    2 * MINUTE,
  );

  /** Each ends in everything that can be listed. LAYERSCOPE_CTR_SEEDS asks for more. */
  const seeds = Array.from({ length: Number(process.env['LAYERSCOPE_CTR_SEEDS'] ?? SEEDS) }, (_, seed) => seed + 1);

  it.each(seeds)(
    'answers as containerd: random commands, seed %i',
    async (seed) => {
      const node = await newNode(folder);
      const random = seededRandom(seed);
      const typed: string[] = [];
      const commands = Array.from({ length: COMMANDS }, () => randomCommand(random));
      for (const line of [...commands, ...LISTINGS]) {
        const args = ['-n', `random-${seed}`, ...line];
        typed.push(line.join(' '));
        const theirs = comparable(onContainerd(containerd, folder, args));
        expect([...typed, comparable(await onNode(node, args))]).toEqual([...typed, theirs]);
      }
    },
    2 * MINUTE,
  );
});
