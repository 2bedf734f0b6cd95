import { O_CREAT, O_WRONLY } from '@layerscope/core/fs';
import { createWasiFormat } from '@layerscope/core/shell';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programBytes } from '../../programs.ts';
import { nodeWorkers, type NodeWorkers } from '../../wasi/workers/node-workers.ts';
import { EXPECTED, runScenes } from '../../wasi/workers/scenes.ts';
import { createMachine, type Machine } from '../shell/machine.ts';
import { assemble } from './assemble.ts';

let workers: NodeWorkers;
beforeAll(async () => {
  workers = await nodeWorkers();
});
afterAll(() => workers?.close());

const shell = async (): Promise<Machine> => {
  const machine = await createMachine({
    formats: [createWasiFormat(workers.spawn)],
    pause: () => new Promise((resolve) => setTimeout(resolve, 0)),
  });
  await machine.run('mkdir -p /bin');
  const programs = {
    copy: assemble({ copy: true }),
    forever: assemble({ write: 'again\n', repeat: true }),
    spin: assemble({ spin: true }),
  };
  for (const [name, bytes] of Object.entries(programs)) {
    const file = machine.process.open(`/bin/${name}`, O_CREAT | O_WRONLY, 0o755);
    machine.process.write(file, bytes);
    machine.process.close(file);
  }
  return machine;
};

describe('programs in workers of their own', () => {
  it('make their system calls in this thread, wait for input, and can be ended at once', async () => {
    expect(await runScenes(workers.spawn, { kv: await programBytes('kv') })).toEqual(EXPECTED);
  });
});

describe('a shell with workers', () => {
  it('has pipes between programs that wait for each other', async () => {
    const machine = await shell();
    expect(await machine.run('forever | head -n 2')).toEqual([0, 'again\nagain\n', '']);
    expect(await machine.run('yes | copy | head -n 3')).toEqual([0, 'y\ny\ny\n', '']);
    expect(await machine.run('{ sleep 1; echo late; } | copy')).toEqual([0, 'late\n', '']);
  });

  it('ends a program that runs round in circles', async () => {
    const machine = await shell();
    expect(await machine.run('spin & kill $!; wait $!; echo $?')).toEqual([0, '143\n', 'Terminated\n']);
    const running = machine.run('spin; echo $?; echo after');
    setTimeout(() => machine.shell.kill(machine.shell.processes().at(-1)?.pid ?? 0, 9), 100);
    expect(await running).toEqual([0, '137\nafter\n', 'Killed\n']);
    for (let tries = 0; workers.alive() > 0 && tries < 100; tries++)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(workers.alive()).toBe(0);
  });
});
