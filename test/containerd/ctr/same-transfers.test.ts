/** `ctr images push`, `pull` and `content fetch`: with a real registry, and with the node's own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { demoImage } from '@layerscope/core/demo';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requires } from '../../requirements.ts';
import { startContainerd, type Containerd } from '../daemons/containerd.ts';
import { comparable, newNode, onContainerd, onNode, type Answer } from '../daemons/ctr-node.ts';
import { startRegistry, type Registry } from '../daemons/registry.ts';

const MINUTE = 60_000;
const MANIFEST = 'sha256:9d5eb2270b76c019dbd7b0de792c223c49691a08bc58d67d28db540aadf63634';
const LAYER = 'sha256:430fa1772aeb84afbd0cc562c7d6db17a6c0e9cba58fa20588286db58db4594e';

/** What stands at the end of the table that is shown again and again; blobs travel in no order. */
const transfers = (answer: Answer): Answer => {
  const lines = stripVTControlCharacters(answer.stdout).split('\n');
  const isRow = (line: string): boolean => /\|[+-]{38}\||^elapsed: /.test(line);
  const last = new Map(
    lines.filter((line) => line.includes('|+') && isRow(line)).map((line) => [line.split(' ')[0] ?? '', line]),
  );
  const rest = lines.filter((line) => !isRow(line)).map((line) => line.replace(/^done: \S+/, 'done: <time>'));
  const shown = [...last.values()].map((line) => line.replace(/\|.*$/, '').replace(/: downloading|: exists/, ': done'));
  return {
    ...answer,
    stdout: [...shown.toSorted(), ...rest].join('\n'),
    stderr: answer.stderr.replaceAll(/^time=\S+ level=info .*\n/gm, ''),
  };
};

describe.skipIf(!requires('root', 'containerd', 'ctr', 'docker-registry', 'overlay-mount'))('a registry', () => {
  let folder: string;
  let containerd: Containerd;
  let registry: Registry;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'layerscope-ctr-'));
    writeFileSync(join(folder, 'demo.tar'), await demoImage());
    containerd = await startContainerd({ collectsGarbage: true });
    registry = await startRegistry();
  }, MINUTE);
  afterAll(async () => {
    await registry?.stop();
    await containerd?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, MINUTE);

  it(
    'is pushed to and pulled from as by containerd',
    async () => {
      const node = await newNode(folder);
      const at = (name: string): string => `${registry.host}/${name}`;
      const lines = [
        'images import demo.tar',
        `images tag layerscope.test/demo:latest ${at('demo:1')}`,
        `images push --plain-http ${at('demo:1')}`,
        `images push --plain-http --platform linux/amd64 ${at('demo:1')}`,
        `images push --plain-http --platform linux/amd64 ${at('demo/other:2')} ${at('demo:1')}`,
        `images push --plain-http --platform linux/amd64 ${at('demo/other:2')} layerscope.test/demo:latest`,
        `images push --plain-http ${at('no:1')}`,
        'images push',
        'images push nonsense',
        `images rm --sync ${at('demo:1')} layerscope.test/demo:latest`,
        'content ls',
        `images pull --plain-http ${at('demo:1')}`,
        'images ls',
        'content ls',
        'snapshots ls',
        'leases ls -q',
        `images pull --plain-http ${at('demo:1')}`,
        `images pull --plain-http --label a=b --label c ${at('demo/other:2')}`,
        'images ls',
        'content ls',
        `content rm ${LAYER}`,
        `images pull --plain-http --print-chainid --snapshotter native ${at('demo:1')}`,
        'snapshots --snapshotter native ls',
        `images pull --plain-http ${at('nope:1')}`,
        `images pull --plain-http ${at('demo:9')}`,
        `images pull --plain-http ${at('demo')}`,
        'images pull busybox',
        'images pull',
        `images pull --plain-http ${at(`demo@${MANIFEST}`)}`,
        'images ls',
        `images rm --sync ${at('demo:1')} ${at('demo/other:2')} ${at(`demo@${MANIFEST}`)}`,
        `content fetch --plain-http ${at('demo:1')}`,
        'content fetch',
        'images ls',
        'images check',
        'snapshots ls',
      ];
      for (const line of lines) {
        const args = line.split(' ');
        const theirs = comparable(transfers(onContainerd(containerd, folder, args)));
        expect([line, comparable(transfers(await onNode(node, args)))]).toEqual([line, theirs]);
      }
    },
    3 * MINUTE,
  );
});
