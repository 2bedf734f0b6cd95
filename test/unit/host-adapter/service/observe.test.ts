import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ContainerdError } from '@layerscope/core/snapshots';
import { seededRandom, steppingClock } from '@layerscope/core/fs';
import { createSimulatedKernel } from '@layerscope/core/kernel';
import { createNativeSnapshotter } from '@layerscope/core/snapshotters';
import {
  createLog,
  createMetrics,
  logCall,
  serveMetrics,
  type CallRecord,
} from '../../../../host-adapter/src/service/index.ts';

const call = (more: Partial<CallRecord> = {}): CallRecord => ({
  method: 'Prepare',
  namespace: '',
  subject: { key: 'k', parent: '' },
  milliseconds: 1.23456,
  result: 'OK',
  ...more,
});

const lines = (format: 'json' | 'pretty', level: 'info' | 'error', ...records: readonly CallRecord[]): string => {
  let text = '';
  const output = new Writable({
    write: (chunk, _, done) => {
      text += String(chunk);
      done();
    },
  });
  const log = createLog({ format, level, output });
  for (const record of records) logCall(log, record);
  return text;
};

describe('the log', () => {
  it('has one line a call, as JSON', () => {
    const [line] = lines('json', 'info', call({ namespace: 'ns' })).split('\n');
    expect(JSON.parse(line!)).toEqual({
      level: 'info',
      time: expect.any(String),
      namespace: 'ns',
      key: 'k',
      parent: '',
      ms: 1.235,
      result: 'OK',
      msg: 'Prepare',
    });
  });

  it('leaves only faults where only they are asked for', () => {
    expect(lines('json', 'info', call({ method: 'Stat' }))).toContain('"msg":"Stat"');
    expect(lines('json', 'error', call({ method: 'Stat' }))).toBe('');
    expect(lines('json', 'error', call({ result: 'UNKNOWN', error: new Error('broken') }))).toContain('broken');
  });

  it('tells refusals from faults', () => {
    const refused = new ContainerdError('NotFound', 'snapshot does not exist: not found');
    const refusal = JSON.parse(lines('json', 'info', call({ result: 'NOT_FOUND', error: refused })));
    expect(refusal).toMatchObject({ level: 'info', reason: 'snapshot does not exist: not found' });
    const fault = JSON.parse(lines('json', 'info', call({ result: 'UNKNOWN', error: new TypeError('broken') })));
    expect(fault).toMatchObject({ level: 'error', reason: 'broken', stack: expect.stringContaining('observe.test') });
  });

  it('is a line a call for people, too', () => {
    const text = lines('pretty', 'info', call(), call({ method: 'Commit', subject: { key: 'k', as: 'n' } }));
    expect(text.trimEnd().split('\n').length).toBe(2);
    expect(text).toMatch(/INFO: Commit \{"key":"k","as":"n","ms":1\.235,"result":"OK"\}/);
  });
});

describe('the metrics', () => {
  it('count calls, snapshots, bytes, copies and mounts', async () => {
    const metrics = createMetrics();
    const kernel = metrics.metered(createSimulatedKernel({ clock: steppingClock(1n), random: seededRandom(1) }));
    const snapshotter = await createNativeSnapshotter({ root: '/r', kernel });
    metrics.watch({ snapshotter, countMounts: () => 7 });
    await snapshotter.prepare('a', '');
    await snapshotter.commit('n', 'a');
    await snapshotter.prepare('b', 'n');
    await snapshotter.view('v', 'n');
    metrics.observeCall(call());
    metrics.observeCall(call({ result: 'NOT_FOUND' }));
    const server = await serveMetrics(metrics, '127.0.0.1:0');
    try {
      const text = await (await fetch(`http://${server.address}/metrics`)).text();
      for (const line of [
        'layerscope_calls_total{method="Prepare",result="OK"} 1',
        'layerscope_calls_total{method="Prepare",result="NOT_FOUND"} 1',
        'layerscope_call_seconds_count{method="Prepare"} 2',
        'layerscope_copy_seconds_count 1',
        'layerscope_snapshots{kind="active"} 1',
        'layerscope_snapshots{kind="view"} 1',
        'layerscope_snapshots{kind="committed"} 1',
        'layerscope_mounts 7',
      ]) {
        expect(text).toContain(`${line}\n`);
      }
      expect(text).toMatch(/^layerscope_committed_bytes \d+$/m);
      expect((await fetch(`http://${server.address}/`)).status).toBe(404);
      await expect(serveMetrics(metrics, server.address)).rejects.toThrow('EADDRINUSE');
    } finally {
      await server.close();
    }
  });

  it('are served at host:port only', async () => {
    await expect(serveMetrics(createMetrics(), 'here')).rejects.toThrow('here is no address for metrics');
  });
});
