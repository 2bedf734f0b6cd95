/** The same `ctr` command line on a real containerd and on a node, and what differs in the answers. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { ctr } from '@layerscope/core/ctr';
import { steppingClock } from '@layerscope/core/fs';
import { createSandbox, type CommandResult, type Sandbox } from '@layerscope/core/sandbox';
import type { Containerd } from './containerd.ts';

export interface Answer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A node whose archives are files of this machine. */
export const newNode = (folder: string): Promise<Sandbox> =>
  createSandbox({
    ctr,
    clock: steppingClock(BigInt(Date.now()) * 1_000_000n),
    gc: { keepsGhostChildren: true },
    blobs: (name) => {
      let bytes: Uint8Array;
      try {
        bytes = readFileSync(`${folder}/${name}`);
      } catch {
        return undefined;
      }
      return (async function* (): AsyncGenerator<Uint8Array> {
        yield bytes;
      })();
    },
  });

const text = ({ exitCode, stdout, stderr }: CommandResult): Answer => ({
  exitCode,
  stdout: new TextDecoder().decode(stdout),
  stderr: new TextDecoder().decode(stderr),
});

/** Runs a command line on a node, and collects garbage. */
export const onNode = async (node: Sandbox, args: readonly string[], stdin = ''): Promise<Answer> => {
  const answer = text(await node.execute({ type: 'ctr', args, stdin }));
  await node.execute({ type: 'gc' });
  return answer;
};

const run = (address: string, cwd: string, args: readonly string[], stdin: string): Answer => {
  const { status, stdout, stderr } = spawnSync('ctr', ['-a', address, ...args], {
    cwd,
    input: stdin,
    encoding: 'utf8',
    env: { ...process.env, TZ: 'UTC' },
  });
  return { exitCode: status ?? -1, stdout, stderr };
};

/** Runs a command line on containerd, and collects garbage: when it would do so by itself depends on the time. */
export const onContainerd = (
  { address }: Pick<Containerd, 'address'>,
  cwd: string,
  args: readonly string[],
  stdin = '',
): Answer => {
  const answer = run(address, cwd, args, stdin);
  run(address, cwd, ['-n', 'collector', 'leases', 'create', '--id', 'collect'], '');
  run(address, cwd, ['-n', 'collector', 'leases', 'rm', '--sync', 'collect'], '');
  return answer;
};

/** Labels are printed in the order of a Go map, which is none. */
const sorted = (word: string): string =>
  word.includes('=') && word.includes(',') ? word.split(',').toSorted().join(',') : word;

const plain = (output: string): string =>
  output
    .replace(/^time=\S+ level=warning msg="DEPRECATION:.*\n/gm, '')
    .replace(/\n(?:DESCRIPTION|OPTIONS):\n[^]*?(?=\nctr: |$)/g, '')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, '<time>')
    .replace(/\b\d{1,9}-[\w-]{4}\b/g, '<unique>')
    .replace(/(?:\/[\w./-]+)?\/io\.containerd\.snapshotter/g, '<root>/io.containerd.snapshotter')
    // Directories are numbered through all namespaces of a daemon.
    .replace(/\/snapshots\/\d+/g, '/snapshots/<id>')
    // Process ids.
    .replace(/^(\S+ +)\d+( +(?:RUNNING|STOPPED|PAUSED|CREATED))$/gm, '$1<pid>$2')
    .replace(/Less than a second|\b\d+ seconds?|About a minute|\b\d+ minutes?/g, '<age>')
    // Two ways to tell that a layer's bytes are not there; containerd also logs that it cleans up.
    .replace(/^.*level=info msg="apply failure, attempting cleanup".*\n/gm, '')
    .replace(/failed to extract layer \S+: failed to get reader from content store: content digest (\S+):/g, 'no $1:')
    .replace(/\S+ layer \d+ of \d+ \(\S+\): its blob (\S+) is not in the archive:/g, 'no $1:')
    // 2.x names the snapshot in front of the reason, 1.6 does not.
    .replace(/failed to commit snapshot \S+: snapshot/, 'failed to commit snapshot: snapshot')
    .replace(/[ \t]+$/gm, '')
    .replace(/[ \t]+/g, ' ')
    .replace(/\S+/g, sorted);

/** What both must agree on: not times, unique names, paths, column widths; of help only what it is about. */
export const comparable = ({ exitCode, stdout, stderr }: Answer): string => {
  return `[${exitCode}]\n${plain(stdout)}\n--\n${plain(stderr)}`;
};
