import { InterruptedError, type Entry } from '@layerscope/core/sandbox';
import type { Input } from '@layerscope/core/shell';
import { ctr } from '@layerscope/core/ctr';
import { describe, expect, it } from 'vitest';
import { demoHistory, text } from './demo-history.ts';

const pause = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 0));

/** A terminal at which these lines are typed, each when it is asked for, and nothing more. */
const terminal = (...lines: readonly string[]): Input => {
  const left = lines.map((line) => new TextEncoder().encode(line));
  return {
    terminal: true,
    waits: true,
    read: async (into) => {
      await pause();
      const line = left.shift();
      if (line === undefined) return new Promise<number>(() => {});
      const part = line.subarray(0, into.length);
      into.set(part);
      if (part.length < line.length) left.unshift(line.subarray(part.length));
      return part.length;
    },
  };
};

const started = async (): Promise<Awaited<ReturnType<typeof demoHistory>>> => {
  const history = await demoHistory({ ctr, host: { pause } });
  await history.execute({ type: 'import', blob: 'demo' });
  const { node } = history;
  const image = (await history.inspect(() => node.client().images.list()))[0]?.name ?? '';
  await history.execute({ type: 'ctr', args: ['run', '-d', image, 'box', 'sleep', 'infinity'] });
  return history;
};
const exec = (script: string): { readonly type: 'exec'; readonly container: string; readonly args: string[] } => ({
  type: 'exec',
  container: 'box',
  args: ['sh', '-c', script],
});

describe('a command with somebody at its terminal', () => {
  it('reads what is typed, prints at once, and can be done again without them', async () => {
    const history = await started();
    const printed: string[] = [];
    const ask = 'test -t 0 || echo none; echo name?; read name; echo "hello $name" > /greeting; cat /greeting';
    const entry: Entry = await history.execute(exec(ask), {
      stdin: terminal('you\n', 'left over\n'),
      stdout: { write: (bytes) => void printed.push(text(bytes.slice())) },
    });
    expect([entry.result.exitCode, text(entry.result.stdout)]).toEqual([0, 'name?\nhello you\n']);
    expect(printed.join('')).toBe('name?\nhello you\n');
    expect(entry.command).toEqual({ ...exec(ask), stdin: 'you\n' });
    await history.undo();
    const again = await history.execute(entry.command);
    expect(text(again.result.stdout)).toBe('none\nname?\nhello you\n');
  });

  it('is taken back when they interrupt it, whether it waits or runs round in circles', async () => {
    const history = await started();
    const before = [history.at, history.entries.length, await history.hash()];
    for (const script of ['echo x > /mark; read line', 'echo x > /mark; while :; do :; done'])
      await expect(
        history.execute(exec(script), {
          stdin: terminal(),
          onStart: (control) => void setTimeout(() => control.interrupt(), 30),
        }),
      ).rejects.toThrow(InterruptedError);
    expect([history.at, history.entries.length, await history.hash()]).toEqual(before);
    const { result } = await history.execute(exec('cat /mark'));
    expect(result.exitCode).toBe(1);
  });

  it('is the same for a program run by ctr', async () => {
    const history = await started();
    const args = ['tasks', 'exec', '--exec-id', 'one', 'box', 'sh', '-c', 'read word; echo "<$word>"'];
    const entry = await history.execute({ type: 'ctr', args }, { stdin: terminal('word\n') });
    expect(text(entry.result.stdout)).toBe('<word>\n');
    expect(entry.command).toEqual({ type: 'ctr', args, stdin: 'word\n' });
    await expect(
      history.execute(
        { type: 'ctr', args: [...args.slice(0, -1), 'read word'] },
        { stdin: terminal(), onStart: (control) => void setTimeout(() => control.interrupt(), 30) },
      ),
    ).rejects.toThrow(InterruptedError);
  });
});
