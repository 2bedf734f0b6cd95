import { ctr } from '@layerscope/core/ctr';
import { demoImage } from '@layerscope/core/demo';
import { createSandbox, type Sandbox } from '@layerscope/core/sandbox';
import { describe, expect, it } from 'vitest';

const DEMO = 'layerscope.test/demo:latest';
const demo = await demoImage();

async function* archive(): AsyncGenerator<Uint8Array> {
  yield demo;
}

const newNode = (): Promise<Sandbox> =>
  createSandbox({ ctr, blobs: (name) => (name === 'demo.tar' ? archive() : undefined) });

const type = async (node: Sandbox, line: string, stdin = ''): Promise<string> => {
  const { exitCode, stdout, stderr } = await node.execute({ type: 'ctr', args: line.split(' '), stdin });
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  return `${text(stdout)}${text(stderr)}[${exitCode}]`;
};

describe('ctr', () => {
  it('is not there for a node that was given none', async () => {
    const node = await createSandbox();
    expect(await type(node, 'version')).toBe('ctr: command not found\n[127]');
  });

  it.each([
    ['nosuch', "No help topic for 'nosuch'\n[3]"],
    ['snapshots nosuch', "No help topic for 'nosuch'\n[3]"],
    ['-n bad!name snapshots ls', 'must match'],
    ['snapshots --snapshotter zfs ls', 'ctr: snapshotter not loaded: zfs: invalid argument\n[1]'],
    ['images import nothing.tar', 'ctr: open nothing.tar: no such file or directory\n[1]'],
    ['content get sha256:abc', 'ctr: invalid checksum digest length\n[1]'],
    ['images pull docker.io/library/busybox:latest', "the node's registry is empty: bring the image as an archive"],
    ['images pull docker.io/library/busybox:latest', 'docker.io/library/busybox:latest: not found\n[1]'],
    ['images pull busybox', 'ctr: failed to resolve reference "busybox": object required\n[1]'],
    ['snapshots ls --bad', 'Incorrect Usage: flag provided but not defined: -bad'],
  ])('refuses %s', async (line, answer) => {
    expect(await type(await newNode(), line)).toContain(answer);
  });

  it('tells of itself', async () => {
    const node = await newNode();
    expect(await type(node, 'snapshots')).toContain('COMMANDS:\n   commit');
    expect(await type(node, 'tasks exec --help')).toContain('--exec-id value');
  });

  it('imports, runs and cleans up', async () => {
    const node = await newNode();
    expect(await type(node, 'images import demo.tar')).toMatch(/^unpacking \S+ \(sha256:\w+\)...done\n\[0\]$/);
    expect(await type(node, `run --rm ${DEMO} first cat /etc/hostname`)).toBe('demo\n[0]');
    expect(await type(node, 'containers ls -q')).toBe('[0]');
    expect(node.kernel.mounts()).toHaveLength(1);
  });

  it('keeps a task that sleeps until its time has come', async () => {
    const node = await newNode();
    await type(node, 'images import demo.tar');
    await type(node, `run -d ${DEMO} first sleep 10`);
    expect(await type(node, 'tasks ls')).toContain('RUNNING');
    await node.execute({ type: 'advance', nanoseconds: 11_000_000_000 });
    expect(await type(node, 'tasks ls')).toContain('STOPPED');
    expect(await type(node, 'containers rm first')).toBe('[0]');
  });

  it('tells what was published, in order', async () => {
    const node = await newNode();
    await type(node, 'images import demo.tar');
    await type(node, `run --rm ${DEMO} first echo hi`);
    const events = (await type(node, 'events topic~=^/(snapshot|containers|tasks)/')).split('\n');
    const topics = events.map((line) => line.split(' ')[5]).filter((topic) => topic !== undefined);
    expect(topics.slice(-8)).toEqual([
      '/snapshot/prepare',
      '/containers/create',
      '/tasks/create',
      '/tasks/start',
      '/tasks/exit',
      '/tasks/delete',
      '/snapshot/remove',
      '/containers/delete',
    ]);
  });

  it('passes output on as it comes, and once', async () => {
    const node = await newNode();
    await type(node, 'images import demo.tar');
    const seen: string[] = [];
    const stdout = { write: (bytes: Uint8Array) => void seen.push(new TextDecoder().decode(bytes)) };
    const args = ['run', '--rm', DEMO, 'first', 'sh', '-c', 'echo one; echo two'];
    const result = await node.execute({ type: 'ctr', args }, { stdout });
    expect(new TextDecoder().decode(result.stdout)).toBe('one\ntwo\n');
    expect(seen.join('')).toBe('one\ntwo\n');
    expect(seen.length).toBeGreaterThan(1);
  });

  it('stores and prints blobs', async () => {
    const node = await newNode();
    const digest = 'sha256:5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03';
    expect(await type(node, 'content ingest --expected-size 6 ref', 'hello\n')).toBe('[0]');
    expect(await type(node, `content get ${digest}`)).toBe('hello\n[0]');
    expect(await type(node, 'content ingest --expected-size 7 ref', 'hello\n')).toContain('[1]');
  });

  it('is a program of the machine, with its files', async () => {
    const node = await newNode();
    const { stdout, stderr } = await node.execute({
      type: 'shell',
      script: `ctr images import demo.tar | grep -c done; ctr images export /root.tar ${DEMO}; ctr images rm ${DEMO}; ctr images import --no-unpack /root.tar; ctr images ls -q`,
    });
    expect([stdout, stderr].map((bytes) => new TextDecoder().decode(bytes))).toEqual([`1\n${DEMO}\n${DEMO}\n`, '']);
  });

  it('mounts an image to look at it, and lets it go', async () => {
    const node = await newNode();
    await type(node, 'images import demo.tar');
    await node.execute({ type: 'shell', script: 'mkdir /look' });
    expect(await type(node, `images mount ${DEMO} /look`)).toMatch(/^sha256:\w+\n\/look\n\[0\]$/);
    const { stdout } = await node.execute({ type: 'shell', script: 'cat /look/etc/hostname' });
    expect(new TextDecoder().decode(stdout)).toBe('demo\n');
    expect(await type(node, 'images unmount --rm /look')).toBe('/look\n[0]');
    expect(await type(node, 'leases ls -q')).toBe('[0]');
  });
});
