/** Tasks that wait: they run as the machine's time passes, and as input and signals come. */
import { DEMO_IMAGE_NAME } from '@layerscope/core/demo';
import type { Entry, History, HistoryCommand } from '@layerscope/core/sandbox';
import { beforeEach, describe, expect, it } from 'vitest';
import { machineWithDemo } from '../../../../histories/machine.ts';

const SECOND = 1_000_000_000;
const LOOP = 'i=0; while true; do i=$((i+1)); echo $i; echo $i > /count; sleep 1; done';

let history: History;
beforeEach(async () => {
  history = await machineWithDemo();
  await history.execute({ type: 'import', blob: 'demo' });
});

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const answer = ({ result }: Entry): readonly [number, string, string] => [
  result.exitCode,
  text(result.stdout),
  text(result.stderr),
];
const ctr = async (...args: readonly string[]): Promise<readonly [number, string, string]> =>
  answer(await history.execute({ type: 'ctr', args }));
const run = (id: string, ...args: readonly string[]) => ctr('run', '-d', DEMO_IMAGE_NAME, id, ...args);
const advance = (seconds: number) => history.execute({ type: 'advance', nanoseconds: seconds * SECOND });
const read = async (id: string, path: string): Promise<string> =>
  answer(await history.execute({ type: 'exec', container: id, args: ['cat', path] }))[1];
const statusOf = async (id: string): Promise<string | undefined> =>
  (await ctr('tasks', 'ls'))[1]
    .split('\n')
    .map((line) => line.split(/\s+/))
    .find(([name]) => name === id)?.[2];

describe('a task that waits', () => {
  it('goes on when time passes', async () => {
    expect(await run('c', 'sh', '-c', LOOP)).toEqual([0, '', '']);
    expect(await statusOf('c')).toBe('RUNNING');
    expect(await read('c', '/count')).toBe('1\n');
    await advance(10);
    expect(await read('c', '/count')).toBe('10\n');
    expect((await ctr('tasks', 'ps', 'c'))[1].split('\n')).toHaveLength(4);
  });

  it('is attached to: what it has written, what comes, until ^C', async () => {
    await run('c', 'sh', '-c', LOOP);
    await advance(2);
    const attached = await history.execute({
      type: 'ctr',
      args: ['tasks', 'attach', 'c'],
      interrupt: 2 * SECOND,
    });
    expect(answer(attached)).toEqual([130, '1\n2\n3\n4\n5\n6\n', expect.stringContaining('^C: the process runs on')]);
    expect(await statusOf('c')).toBe('RUNNING');
  });

  it('ends when its program does, and an attached client answers its status', async () => {
    const sleep = await ctr('run', '--rm', DEMO_IMAGE_NAME, 'c', 'sh', '-c', 'echo a; sleep 5; echo b; exit 3');
    expect(sleep).toEqual([3, 'a\nb\n', '']);
    await run('d', 'sleep', '5');
    await advance(4);
    expect(await statusOf('d')).toBe('RUNNING');
    await advance(2);
    expect(await statusOf('d')).toBe('STOPPED');
    expect(await ctr('tasks', 'attach', 'd')).toEqual([0, '', '']);
    expect(await statusOf('d')).toBeUndefined();
  });

  it('waits for input, which attach brings', async () => {
    await run('c', 'cat');
    expect(await statusOf('c')).toBe('RUNNING');
    const attached = await history.execute({ type: 'ctr', args: ['tasks', 'attach', 'c'], stdin: 'hello\n' });
    expect(answer(attached)).toEqual([0, 'hello\n', '']);
    await ctr('run', '-d', '--null-io', DEMO_IMAGE_NAME, 'n', 'cat');
    expect(await statusOf('n')).toBe('STOPPED');
  });

  it('gets the signals it has an action for, and SIGKILL', async () => {
    await run('c', 'sh', '-c', 'trap "exit 3" TERM; while true; do sleep 1; done');
    await ctr('tasks', 'kill', 'c');
    // A shell acts when what it waits for has ended.
    expect(await statusOf('c')).toBe('RUNNING');
    await advance(1);
    expect(await statusOf('c')).toBe('STOPPED');
    expect((await ctr('tasks', 'rm', 'c'))[2]).toContain('non-zero exit code 3');
    await run('d', 'sleep', 'infinity');
    await ctr('tasks', 'kill', 'd');
    expect(await statusOf('d')).toBe('RUNNING');
    const { events } = await history.execute({ type: 'ctr', args: ['tasks', 'kill', '-s', 'SIGKILL', 'd'] });
    expect(events.find((event) => event.type === 'containerd' && event.topic === '/tasks/exit')).toMatchObject({
      event: { container_id: 'd', exit_status: 137 },
    });
    expect(await statusOf('d')).toBe('STOPPED');
    expect((await ctr('tasks', 'rm', 'd'))[0]).toBe(0);
  });

  it('stands still while it is paused', async () => {
    await run('c', 'sh', '-c', LOOP);
    await ctr('tasks', 'pause', 'c');
    await advance(10);
    await ctr('tasks', 'resume', 'c');
    expect(await read('c', '/count')).toMatch(/^[12]\n$/);
    await advance(3);
    expect(Number(await read('c', '/count'))).toBeLessThan(7);
  });

  it('does not hold the node up: without a pause, or when nobody reads what it writes', async () => {
    await run('busy', 'sh', '-c', 'i=0; while true; do i=$((i+1)); echo $i > /count; done');
    expect(await statusOf('busy')).toBe('RUNNING');
    const before = Number(await read('busy', '/count'));
    await advance(1);
    expect(Number(await read('busy', '/count'))).toBeGreaterThan(before);
    await run('loud', 'sh', '-c', 'while true; do echo "a line that nobody reads"; done');
    expect(await statusOf('loud')).toBe('RUNNING');
    await ctr('tasks', 'kill', '-s', '9', 'loud');
    expect(await statusOf('loud')).toBe('STOPPED');
  });

  it('has execs that wait, too', async () => {
    await run('c', 'sleep', 'infinity');
    await ctr('tasks', 'exec', '-d', '--exec-id', 'e', 'c', 'sh', '-c', 'sleep 2; echo late > /late');
    await advance(3);
    expect(await read('c', '/late')).toBe('late\n');
    await ctr('tasks', 'exec', '-d', '--exec-id', 'f', 'c', 'sleep', 'infinity');
    await ctr('tasks', 'kill', '--exec-id', 'f', 'c');
    expect((await ctr('tasks', 'ps', 'c'))[1].split('\n')).toHaveLength(3);
  });
});

describe('a task that never ends', () => {
  it.each(['while :; do :; done', 'yes > /dev/null', 'yes | cat > /dev/null'])(
    'leaves the machine to others: %s',
    async (script) => {
      expect(await run('c', 'sh', '-c', script)).toEqual([0, '', '']);
      await advance(2);
      expect(await statusOf('c')).toBe('RUNNING');
      await ctr('tasks', 'rm', '-f', 'c');
      expect(await statusOf('c')).toBeUndefined();
    },
  );
});

describe('what a client waits for', () => {
  it('is left running where nothing would ever end it', async () => {
    const [status, , message] = await ctr('run', DEMO_IMAGE_NAME, 'c', 'sleep', 'infinity');
    expect([status, message]).toEqual([130, expect.stringContaining('ctr tasks attach c')]);
    expect(await statusOf('c')).toBe('RUNNING');
    expect(await ctr('tasks', 'exec', '--exec-id', 'e', 'c', 'sleep', 'infinity')).toEqual([130, '', '']);
  });

  it('is interrupted at the same moment in a replay', async () => {
    let waits = 0;
    const command: HistoryCommand = { type: 'ctr', args: ['run', DEMO_IMAGE_NAME, 'c', 'sh', '-c', LOOP] };
    const patience = async (): Promise<boolean> => (waits += 1) <= 3;
    const { command: recorded } = await history.execute(command, { patience });
    expect(recorded).toEqual({ ...command, interrupt: expect.any(Number) });
    const hash = await history.hash();
    await history.undo();
    await history.execute(recorded);
    expect(await history.hash()).toBe(hash);
  });

  it("passes on the machine's clock for a script, which ^C ends", async () => {
    const seconds = async (): Promise<number> =>
      Number(answer(await history.execute({ type: 'shell', script: 'date +%s' }))[1]);
    const before = await seconds();
    await history.execute({ type: 'shell', script: 'sleep 100' });
    expect((await seconds()) - before).toBe(100);
    const ended = await history.execute({ type: 'shell', script: 'sleep infinity' });
    expect(ended.result.exitCode).toBe(130);
    const loop = await history.execute({
      type: 'shell',
      script: 'while true; do sleep 1; done',
      interrupt: 5 * SECOND,
    });
    expect(loop.result.exitCode).toBe(130);
  });
});

describe('history', () => {
  it('takes back what a program did, and lets it go on from there', async () => {
    await run('c', 'sh', '-c', LOOP);
    const hashes = [await history.hash()];
    for (let step = 0; step < 3; step++) {
      await advance(2);
      hashes.push(await history.hash());
    }
    await history.seek(3);
    expect(await history.hash()).toBe(hashes[1]);
    // It had gone further before, and now goes on from here.
    await advance(2);
    expect(await history.hash()).toBe(hashes[2]);
    expect(await read('c', '/count')).toBe('4\n');
    await history.seek(5);
    expect(await history.hash()).toBe(hashes[3]);
    expect(await read('c', '/count')).toBe('6\n');
    await history.seek(2);
    await ctr('tasks', 'kill', '-s', 'SIGKILL', 'c');
    expect(await statusOf('c')).toBe('STOPPED');
    await ctr('tasks', 'rm', 'c');
  });

  it('lets a program that came to its end come to it again', async () => {
    await run('c', 'sh', '-c', 'sleep 5; echo late > /late; sleep 5');
    const before = await history.hash();
    await advance(20);
    const after = await history.hash();
    await history.undo();
    expect(await history.hash()).toBe(before);
    await advance(20);
    expect(await history.hash()).toBe(after);
    await history.undo();
    await advance(6);
    expect(await read('c', '/late')).toBe('late\n');
  });

  it('forgets what runs when the power goes', async () => {
    await run('c', 'sh', '-c', LOOP);
    await history.execute({ type: 'crash' });
    await advance(10);
    expect(await statusOf('c')).toBeUndefined();
    await history.seek(2);
    await advance(2);
    expect(await read('c', '/count')).toBe('2\n');
  });

  it('goes on where a fault in the midst of a turn left it', async () => {
    await run('c', 'sh', '-c', LOOP);
    await history.execute({ type: 'fault', fault: { on: 'disk', effect: 'crash', number: 3 } });
    const { events } = await advance(10);
    expect(events.some(({ type }) => type === 'power-cut')).toBe(true);
    expect((await ctr('containers', 'ls', '-q'))[1]).toBe('c\n');
  });
});
