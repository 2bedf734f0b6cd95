import { describe, expect, it } from 'vitest';
import type { Call, Entry } from '../../../../playground/src/kernel/values.ts';
import { narrate } from '../../../../playground/src/views/happened/narrate.ts';

const entry = (calls: readonly Call[], more: Partial<Entry> = {}): Entry => ({
  id: 1,
  parent: 0,
  command: { type: 'exec', container: 'web', args: ['sh', '-c', 'true'] },
  calls,
  callCount: calls.length,
  exitCode: 0,
  stdout: '',
  stderr: '',
  ...more,
});

const overlay = (what: 'copy-up' | 'whiteout' | 'opaque', path: string, rule: string, bytes = 0): Call => ({
  floor: 'overlay',
  name: what,
  args: [path],
  effect: { what, path, call: 'open', rule: rule as never, bytes, upper: '/upper' },
});

describe('what just happened', () => {
  it('tells the file before the directories that came along', () => {
    const calls = [
      overlay('copy-up', '/etc', 'parent-of-change'),
      overlay('copy-up', '/etc/motd', 'open-for-writing', 20),
    ];
    expect(narrate(entry(calls))).toEqual([
      { tell: 'copiedUp', path: '/etc/motd', bytes: 20 },
      { tell: 'copiedDirectories', paths: '/etc' },
    ]);
  });

  it('tells many whiteouts as one', () => {
    const calls = ['/a', '/b', '/c'].map((path) => overlay('whiteout', path, 'removed-over-lower'));
    expect(narrate(entry(calls))).toEqual([{ tell: 'hid', path: '/c', more: 2 }]);
  });

  it('tells what was written without a copy, but not to devices', () => {
    const open = (path: string): Call => ({
      floor: 'system',
      name: 'open',
      args: [JSON.stringify(path), 'O_WRONLY|O_CREAT|O_TRUNC', '0666'],
      result: '3',
    });
    expect(narrate(entry([open('/root/notes'), open('/dev/null'), open('/root/notes')]))).toEqual([
      { tell: 'wrote', path: '/root/notes' },
    ]);
  });

  it('says so when nothing of the layers below was touched', () => {
    expect(narrate(entry([]))).toEqual([{ tell: 'touchedNothing' }]);
  });

  it('tells a refusal in the words it was made with, and a failure by its last line', () => {
    const refused: Call = { floor: 'snapshotter', name: 'remove', args: ['a'], error: 'cannot remove' };
    expect(narrate(entry([refused], { exitCode: 1 }))).toEqual([{ tell: 'refused', error: 'cannot remove' }]);
    expect(narrate(entry([], { exitCode: 2, stderr: 'a\nsh: b\n' }))).toEqual([
      { tell: 'failed', code: 2, text: 'sh: b' },
    ]);
  });

  it('tells what a power cut took away, and what a collection did', () => {
    const lost: Call = { floor: 'machine', name: 'lost', args: ['/run/a', '/run/b'] };
    expect(narrate(entry([lost], { command: { type: 'crash' } }))).toEqual([{ tell: 'powerCut', mounts: 2 }]);
    const step = (name: string): Call => ({ floor: 'collection', name, args: [] });
    expect(narrate(entry([step('mark'), step('mark'), step('sweep')], { command: { type: 'gc' } }))).toEqual([
      { tell: 'collected', kept: 2, removed: 1 },
    ]);
  });
});
