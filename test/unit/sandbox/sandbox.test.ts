import { runReport, startReport, type SandboxEvent } from '@layerscope/core/sandbox';
import { describe, expect, it } from 'vitest';
import { demoContainer } from './demo-sandbox.ts';

const report = async (seed: number): Promise<string> => {
  const { sandbox, image, container } = await demoContainer({ seed });
  const start = await startReport(sandbox, image, container);
  const result = await container.run([
    'sh',
    '-c',
    'date; head -c 4 /dev/urandom | od -An -tx1; echo hi >> /etc/motd; ls -l --full-time /etc',
  ]);
  return JSON.stringify(await runReport(sandbox, start, container, result));
};

describe('a sandbox', () => {
  it('gives the same report for the same seed, and another for another', async () => {
    const first = await report(1);
    expect(await report(1)).toBe(first);
    expect(await report(2)).not.toBe(first);
  });

  it("tells of every snapshot call in containerd's order", async () => {
    const calls: string[] = [];
    const onEvent = (event: SandboxEvent): void => {
      if (event.type === 'snapshot-call') calls.push(event.method);
    };
    await demoContainer({ onEvent });
    const layer = ['stat', 'prepare', 'commit'];
    // The accounts in the image are read through a mount of their own before the task's.
    expect(calls).toEqual([...layer, ...layer, ...layer, 'prepare', 'mounts', 'mounts']);
  });

  it('tells of refused calls too', async () => {
    const refused: string[] = [];
    const { sandbox } = await demoContainer({
      onEvent: (event) => {
        if (event.type === 'snapshot-call' && event.error !== undefined && event.method === 'remove')
          refused.push(event.error);
      },
    });
    const { name } = await sandbox.snapshotter.stat((await sandbox.snapshotter.stat('first')).parent);
    await expect(sandbox.snapshotter.remove(name)).rejects.toThrow('cannot remove snapshot with child');
    expect(refused).toHaveLength(1);
  });

  it('unpacks an image a second time with Stats only', async () => {
    const methods: string[] = [];
    const { sandbox, image } = await demoContainer({
      onEvent: (event) => {
        if (event.type === 'snapshot-call') methods.push(event.method);
      },
    });
    methods.length = 0;
    expect((await sandbox.unpack(image)).extracted).toBe(0);
    expect(methods).toEqual(['stat', 'stat', 'stat']);
  });
});
