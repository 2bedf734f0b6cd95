import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoImage } from '@layerscope/core/demo';
import type { Sandbox } from '@layerscope/core/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requires } from '../../requirements.ts';
import { startContainerd, type Containerd } from '../daemons/containerd.ts';
import { comparable, newNode, onContainerd, onNode } from '../daemons/ctr-node.ts';
import { SEQUENCES } from './sequences.ts';

const MINUTE = 60_000;

describe.skipIf(!requires('root', 'containerd', 'ctr', 'overlay-mount'))('ctr', () => {
  let folder: string;
  let containerd: Containerd;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'layerscope-ctr-'));
    writeFileSync(join(folder, 'demo.tar'), await demoImage());
    containerd = await startContainerd({ collectsGarbage: true });
  }, MINUTE);
  afterAll(async () => {
    await containerd?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, MINUTE);

  it.each(Object.entries(SEQUENCES))(
    'answers as containerd: %s',
    async (name, lines) => {
      const node: Sandbox = await newNode(folder);
      const namespace = name.replaceAll(/[^a-z]+/g, '-');
      const theirs: string[] = [];
      const ours: string[] = [];
      for (const line of lines) {
        const args = ['-n', namespace, ...line];
        theirs.push(`$ ${line.join(' ')}\n${comparable(onContainerd(containerd, folder, args))}`);
        ours.push(`$ ${line.join(' ')}\n${comparable(await onNode(node, args))}`);
      }
      expect(ours).toEqual(theirs);
    },
    2 * MINUTE,
  );
});
