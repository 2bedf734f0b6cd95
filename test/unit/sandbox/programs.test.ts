import { O_CREAT, O_WRONLY } from '@layerscope/core/fs';
import { describe, expect, it } from 'vitest';
import { programBytes } from '../../programs.ts';
import { nodeWorkers } from '../../wasi/workers/node-workers.ts';
import { demoContainer, text, type DemoContainer } from './demo-sandbox.ts';

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

const install = async ({ sandbox, container }: DemoContainer, ...names: readonly string[]): Promise<void> => {
  const process = sandbox.kernel.spawn({ root: container.rootfs });
  for (const name of names) {
    const file = process.open(`/bin/${name}`, O_CREAT | O_WRONLY, 0o755);
    process.write(file, await programBytes(name));
    process.close(file);
  }
  process.exit();
};

describe('programs in a container', () => {
  it('are found on PATH, and explain what they changed', async () => {
    const demo = await demoContainer();
    await install(demo, 'logger');
    const { exitCode, stderr } = await demo.container.run(['logger', '/etc/motd', 'hello']);
    expect([exitCode, text(stderr)]).toEqual([0, '']);
    const change = (await demo.container.changes()).find(({ path }) => path === '/etc/motd');
    expect(JSON.stringify(change)).toContain('open-for-writing');
    const { stdout } = await demo.container.run([
      'sh',
      '-c',
      'logger /etc/motd again && tail -n 2 /etc/motd | cut -d" " -f2',
    ]);
    expect(text(stdout)).toBe('hello\nagain\n');
  });

  it('can be interrupted, looked at and killed from outside', async () => {
    const { container } = await demoContainer({ host: { pause } });
    const ended = await container.run(['sh', '-c', 'echo on; while :; do :; done'], {
      onStart: (control) => void setTimeout(() => control.interrupt(), 50),
    });
    expect([ended.exitCode, text(ended.stdout)]).toEqual([130, 'on\n']);
    let seen: readonly (readonly string[])[] = [];
    const killed = await container.run(['sh', '-c', 'yes > /dev/null; echo $?'], {
      onStart: (control) =>
        void setTimeout(() => {
          seen = control.processes().map(({ args }) => args);
          control.kill(2, 9);
        }, 50),
    });
    expect(text(killed.stdout)).toBe('137\n');
    expect(seen).toEqual([['sh', '-c', 'yes > /dev/null; echo $?'], ['yes']]);
  });

  it('run in workers where the platform has them', async () => {
    const workers = await nodeWorkers();
    try {
      const demo = await demoContainer({ host: { pause, spawnWorker: workers.spawn } });
      await install(demo, 'sums');
      const { stdout } = await demo.container.run(['sh', '-c', 'echo data > /f; sums /f | cut -d" " -f1; echo $?']);
      expect(text(stdout)).toMatch(/^[0-9a-f]{8}\n0\n$/);
    } finally {
      await workers.close();
    }
  });
});
