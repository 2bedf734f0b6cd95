/** `ctr snapshots diff`: the same entries in the same order, whatever gzip makes of them. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoImage } from '@layerscope/core/demo';
import type { Sandbox } from '@layerscope/core/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command } from '../../command.ts';
import { requires } from '../../requirements.ts';
import { startContainerd, type Containerd } from '../daemons/containerd.ts';
import { newNode, onContainerd, onNode } from '../daemons/ctr-node.ts';

const MINUTE = 60_000;
const NAMESPACE = 'about-diff';
const BASE = 'sha256:e699f37b5692bb0fa8b147a374649c1fb40dfe797dd27198c1559fa5688726a1';
const MIDDLE = 'sha256:159faa5178eef1e53ab4b29e51d923cdcc032544c27f77663be553f208fce120';
const TOP = 'sha256:acd815c6805bb1681f7726dbd4453d032ec766c986d3cef63c15b1099ad85242';

/** Whiteouts have the time of the diff in 1.6. */
const entries = (tar: Uint8Array): readonly string[] =>
  command('tar', ['-tvzf', '-', '--full-time', '--numeric-owner'], { input: Buffer.from(tar) })
    .split('\n')
    .map((line) => (line.includes('.wh.') ? line.replace(/\d{4}-\d\d-\d\d [\d:.]+/, '<time>') : line));

describe.skipIf(!requires('root', 'containerd', 'ctr', 'overlay-mount'))('ctr snapshots diff', () => {
  let folder: string;
  let containerd: Containerd;
  let node: Sandbox;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'layerscope-ctr-'));
    writeFileSync(join(folder, 'demo.tar'), await demoImage());
    containerd = await startContainerd({ collectsGarbage: true });
    node = await newNode(folder);
    for (const line of ['images import demo.tar', `snapshots prepare active ${BASE}`]) {
      onContainerd(containerd, folder, ['-n', NAMESPACE, ...line.split(' ')]);
      await onNode(node, ['-n', NAMESPACE, ...line.split(' ')]);
    }
  }, MINUTE);
  afterAll(async () => {
    await containerd?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, MINUTE);

  it.each([[MIDDLE], [TOP], [BASE, TOP], [TOP, BASE], ['active', MIDDLE], [MIDDLE, 'active']])(
    'of %s %s',
    async (...ids) => {
      const args = ['-n', NAMESPACE, 'snapshots', 'diff', ...ids.filter((id) => id !== undefined)];
      const { stdout: theirs } = spawnSync('ctr', ['-a', containerd.address, ...args], { maxBuffer: 1 << 26 });
      const { stdout: ours } = await node.execute({ type: 'ctr', args });
      expect(theirs.length).toBeGreaterThan(0);
      expect(entries(ours)).toEqual(entries(theirs));
    },
    MINUTE,
  );
});
