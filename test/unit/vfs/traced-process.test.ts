import { describe, expect, it } from 'vitest';
import { createMemoryFileSystem, O_CREAT, O_TRUNC, O_WRONLY, ROOT, steppingClock } from '@layerscope/core/fs';
import { createProcess, MountNamespace, tracedProcess, type TracedCall } from '@layerscope/core/vfs';

const lines = (calls: readonly TracedCall[]): readonly string[] =>
  calls.map(({ call, args, result, error }) => `${call}(${args.join(', ')}) = ${error ?? result ?? '0'}`);

describe('a traced process', () => {
  it('tells its calls and those of its children as strace does', () => {
    const fs = createMemoryFileSystem({ clock: steppingClock(0n), dev: 1 });
    const calls: TracedCall[] = [];
    const plain = createProcess({ namespace: new MountNamespace({ fs, source: 'none' }), caller: ROOT });
    const process = tracedProcess(plain, (call) => calls.push(call));
    process.mkdir('/a', 0o755);
    const fd = process.open('/a/b', O_WRONLY | O_CREAT | O_TRUNC, 0o644);
    process.write(fd, new Uint8Array(3));
    const child = process.fork();
    child.close(fd);
    child.symlink('b', '/a/c');
    expect(child.readlink('/a/c')).toBe('b');
    expect(() => child.unlink('/none')).toThrow('ENOENT');
    expect(process.getdents(process.open('/a', 0))).toHaveLength(4);
    child.exit();
    process.exit();
    expect(lines(calls)).toEqual([
      'mkdir("/a", 0755) = 0',
      'open("/a/b", O_WRONLY|O_CREAT|O_TRUNC, 0644) = 0',
      'write(0, [3 bytes]) = 3',
      'close(0) = 0',
      'symlink("b", "/a/c") = 0',
      'readlink("/a/c") = "b"',
      'unlink("/none") = ENOENT',
      'open("/a", O_RDONLY) = 1',
      'getdents(1) = [4 entries]',
    ]);
  });
});
