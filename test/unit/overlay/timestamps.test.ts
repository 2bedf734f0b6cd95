/** Which times become "now", per operation on a lower file, as Linux 6.18 left them (the same on ext4 and tmpfs). */
import { O_CREAT, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY, RENAME_EXCHANGE, type Stat } from '@layerscope/core/fs';
import type { Process } from '@layerscope/core/vfs';
import { describe, expect, it } from 'vitest';
import recorded from './golden/timestamps.json' with { type: 'json' };
import { put } from './layer-entries.ts';
import { OLD, outcome, SimulatedMount } from './simulated-mount.ts';

const encoder = new TextEncoder();
const WATCHED = ['', '/d', '/d/a', '/d/b', '/d/new', '/d/n', '/q', '/q/new'];

const openClose = (process: Process, path: string, flags: number): void =>
  process.close(process.open(path, flags, 0o644));

const OPERATIONS: Readonly<Record<string, (process: Process) => void>> = {
  'chmod a (copy-up)': (process) => process.chmod('d/a', 0o600),
  'write a (copy-up)': (process) => {
    const fd = process.open('d/a', O_WRONLY);
    process.write(fd, encoder.encode('x'));
    process.close(fd);
  },
  'open O_RDWR a, no write': (process) => openClose(process, 'd/a', O_RDWR),
  'open O_WRONLY|O_TRUNC a': (process) => openClose(process, 'd/a', O_WRONLY | O_TRUNC),
  'truncate a same size': (process) => process.truncate('d/a', 1),
  'link a->new': (process) => process.link('d/a', 'd/new'),
  'rename a->new': (process) => process.rename('d/a', 'd/new'),
  'rename a->b': (process) => process.rename('d/a', 'd/b'),
  'rename a->/q/new': (process) => process.rename('d/a', 'q/new'),
  'unlink a': (process) => process.unlink('d/a'),
  'rmdir e': (process) => process.rmdir('d/e'),
  'mkdir new': (process) => process.mkdir('d/new', 0o755),
  'creat new': (process) => openClose(process, 'd/new', O_WRONLY | O_CREAT),
  'creat n/new (2 levels)': (process) => openClose(process, 'd/n/new', O_WRONLY | O_CREAT),
  'setxattr a': (process) => process.setxattr('d/a', 'user.x', encoder.encode('1')),
  'read a': (process) => {
    const fd = process.open('d/a', O_RDONLY);
    process.read(fd, new Uint8Array(4));
    process.close(fd);
  },
  'readdir d': (process) => {
    const fd = process.open('d', O_RDONLY);
    process.getdents(fd);
    process.close(fd);
  },
  'unlink a + creat a': (process) => {
    process.unlink('d/a');
    openClose(process, 'd/a', O_WRONLY | O_CREAT);
  },
  'utimensat a explicit 5/6': (process) => process.utimens('d/a', 5_000_000_000n, 6_000_000_000n),
  'EXCHANGE a<->b': (process) => process.rename('d/a', 'd/b', RENAME_EXCHANGE),
};

const statOf = (process: Process, path: string): Stat | undefined =>
  outcome(() => process.stat(`/m${path}`, false)) === 'ok' ? process.stat(`/m${path}`, false) : undefined;

const changesOf = (before: Stat | undefined, after: Stat | undefined, since: bigint): string => {
  if (after === undefined) return before === undefined ? '' : 'gone';
  const fields = [
    ['a', before?.atime, after.atime],
    ['m', before?.mtime, after.mtime],
    ['c', before?.ctime, after.ctime],
    ['btime', before?.btime, after.btime],
  ] as const;
  return fields
    .filter(([field, was, is]) => was !== is && !(before === undefined && field === 'btime'))
    .map(([field, , is]) => `${field}=${is >= since ? 'NEW' : is === OLD ? 'kept' : is / 1_000_000_000n}`)
    .join(',');
};

const rows = recorded as unknown as readonly (readonly [name: string, changes: string])[];

describe('times after an operation', () => {
  it.each(rows)('%s', (name, changes) => {
    const mount = new SimulatedMount();
    put(mount, '/l0', { d: { a: '1', b: '2', e: {}, n: { x: '' } }, q: { x: '' } });
    mount.age('/l0');
    mount.age('/u');
    mount.mount();
    mount.root.chdir('/m');
    const before = WATCHED.map((path) => statOf(mount.root, path));
    mount.tick();
    const since = mount.now;
    OPERATIONS[name]?.(mount.root);
    const seen = WATCHED.map(
      (path, index) => `${path || '/'}:${changesOf(before[index], statOf(mount.root, path), since)}`,
    );
    expect(seen.filter((line) => !line.endsWith(':'))).toEqual(changes.split(' ; ').filter(Boolean));
  });
});
