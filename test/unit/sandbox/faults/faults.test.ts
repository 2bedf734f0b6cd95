import type { Fault, History, HistoryCommand } from '@layerscope/core/sandbox';
import { describe, expect, it } from 'vitest';
import { demoHistory, text } from '../history/demo-history.ts';

const IMPORT: HistoryCommand = { type: 'import', blob: 'demo' };
const shell = (script: string): HistoryCommand => ({ type: 'shell', script });
const fault = (given: Fault): HistoryCommand => ({ type: 'fault', fault: given });

const snapshotsOf = async (history: History) => {
  const found: string[] = [];
  await history.node.snapshotter.walk(({ name, kind }) => {
    found.push(`${kind} ${name}`);
  });
  return found.toSorted();
};

describe('a fault', () => {
  it('fails one call and no other', async () => {
    const history = await demoHistory();
    await history.execute(fault({ on: 'kernel', call: 'rename', number: 2, effect: 'EIO' }));
    const { result } = await history.execute(IMPORT);
    expect(result.exitCode).toBe(1);
    expect(text(result.stderr)).toContain('input/output error');
    // What the failed layer began is taken back; the layer before it stays.
    expect((await snapshotsOf(history)).map((row) => row.split(' ')[0])).toEqual(['Committed']);
    expect((await history.execute(IMPORT)).result.exitCode).toBe(0);
    expect(await snapshotsOf(history)).toHaveLength(3);
  });

  it('is a disk that is full, for whoever writes', async () => {
    const history = await demoHistory();
    await history.execute(fault({ on: 'disk', call: 'write', effect: 'ENOSPC' }));
    const { result } = await history.execute(shell('echo a > /a; echo b > /b; cat /a /b'));
    expect(text(result.stdout)).toBe('b\n');
    // As dash has it for every failed write of its own.
    expect(text(result.stderr)).toBe('sh: 1: echo: I/O error\n');
    expect(history.faults.armed).toEqual([]);
  });

  it('is taken back and made again like everything else', async () => {
    const history = await demoHistory();
    await history.execute(fault({ on: 'disk', call: 'mkdir', number: 2, effect: 'EIO' }));
    await history.execute(shell('mkdir /a'));
    expect(history.faults.armed.map(({ left }) => left)).toEqual([1]);
    await history.undo();
    expect(history.faults.armed.map(({ left }) => left)).toEqual([2]);
    await history.undo();
    expect(history.faults.armed).toEqual([]);
  });
});

describe('a crash', () => {
  it('loses mounts and keeps what is on the disk', async () => {
    const history = await demoHistory();
    await history.execute(IMPORT);
    const snapshots = await snapshotsOf(history);
    await history.execute(shell('mkdir -p /t /keep; echo kept > /keep/f; mount -t tmpfs tmpfs /t; echo lost > /t/f'));
    const before = await history.hash();
    const { events } = await history.execute({ type: 'crash' });
    expect(events.map(({ type }) => type).filter((type) => type !== 'kernel')).toEqual([
      'power-cut',
      'lost',
      'restarted',
    ]);
    expect(events[1]).toMatchObject({ mounts: [{ target: '/t', type: 'tmpfs' }] });
    expect(text((await history.execute(shell('cat /keep/f; ls /t; mount'))).result.stdout)).toMatch(
      /^kept\n\/dev\/sda1/,
    );
    expect(await snapshotsOf(history)).toEqual(snapshots);
    await history.seek(2);
    expect(await history.hash()).toBe(before);
    expect(text((await history.execute(shell('cat /t/f'))).result.stdout)).toBe('lost\n');
  });

  it('says between which changes it came', async () => {
    const history = await demoHistory();
    await history.execute(fault({ on: 'kernel', call: 'rename', effect: 'crash', when: 'after' }));
    const { result, events } = await history.execute(IMPORT);
    expect(text(result.stderr)).toContain('the power was cut');
    expect(events.find(({ type }) => type === 'power-cut')).toMatchObject({
      during: { on: 'kernel', call: 'rename', when: 'after' },
    });
    // The directory has its place, its row was never committed: nobody lists it.
    expect(await snapshotsOf(history)).toEqual([]);
  });

  it('may come again while the node starts', async () => {
    const history = await demoHistory();
    for (const effect of ['crash', 'EIO', 'crash'] as const)
      await history.execute(fault({ on: 'kernel', call: 'mkdir', path: 'snapshotter', effect }));
    await history.execute(shell('echo kept > /f'));
    const { events } = await history.execute({ type: 'crash' });
    expect(events.map(({ type }) => type).filter((type) => type !== 'kernel')).toEqual([
      'power-cut',
      'lost',
      'start-failed',
      'start-failed',
      'start-failed',
      'restarted',
    ]);
    expect(text((await history.execute(shell('cat /f'))).result.stdout)).toBe('kept\n');
  });

  it.each(['kernel', 'store', 'disk'] as const)(
    'at any %s change of an import leaves a node that goes on',
    async (on) => {
      const whole = await demoHistory();
      const start = whole.faults.counts[on];
      await whole.execute(IMPORT);
      const total = whole.faults.counts[on] - start;
      const expected = await snapshotsOf(whole);
      expect(total).toBeGreaterThan(5);

      const history = await demoHistory();
      // Every one of few, some of many; the last ones are where everything is nearly done.
      const stride = Math.ceil(total / 14);
      for (let number = 1; number <= total; number += number + stride > total - 2 ? 1 : stride) {
        for (const when of number % 2 === 0 ? (['before'] as const) : (['after'] as const)) {
          await history.seek(0);
          await history.execute(fault({ on, number, effect: 'crash', when }));
          const { events } = await history.execute(IMPORT);
          expect(events.some(({ type }) => type === 'restarted')).toBe(true);
          const durable = await snapshotsOf(history);
          const { result } = await history.execute(IMPORT);
          expect(text(result.stderr)).toBe('');
          const after = await snapshotsOf(history);
          // What an interrupted extraction left is garbage; nothing that was committed is lost.
          expect(after.filter((row) => row.startsWith('Committed'))).toEqual(expected);
          for (const row of durable) expect(after).toContain(row);
          // The lease of a client that died keeps what it began for a day.
          await history.execute({ type: 'advance', nanoseconds: 25 * 3600e9 });
          await history.execute({ type: 'gc' });
          expect(await snapshotsOf(history)).toEqual(expected);
        }
      }
    },
  );
});
