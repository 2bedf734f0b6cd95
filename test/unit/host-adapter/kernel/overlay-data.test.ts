import { describe, expect, it } from 'vitest';
import {
  parseOverlayData,
  relativePaths,
  withLowerdirs,
} from '../../../../host-adapter/src/kernel/mounting/overlay-data.ts';

describe('relative paths', () => {
  it.each([
    [['/a/b/1/fs', '/a/b/2/fs'], '/a/b', ['1/fs', '2/fs']],
    [['/a/b/1/fs', '/a/b/1/fs'], '/a/b/1', ['fs', 'fs']],
    [['/a/b/1/fs'], '/a/b/1', ['fs']],
    [['/a/b/10/fs', '/a/b/1/fs', '/a/b/100/fs'], '/a/b', ['10/fs', '1/fs', '100/fs']],
    [['/a/b', '/a/b/c'], '/a', ['b', 'b/c']],
    [['/a/bc/x', '/a/bd/x'], '/a', ['bc/x', 'bd/x']],
    [['/a', '/b'], '/', ['a', 'b']],
    [['/x/1', '/y/1', '/x/2'], '/', ['x/1', 'y/1', 'x/2']],
    [[], '/', []],
  ])('of %j are below %s', (paths, directory, relative) =>
    expect(relativePaths(paths)).toEqual({ directory, paths: relative }),
  );
});

describe('overlay data', () => {
  it('comes apart and together again, escapes and all', () => {
    const data = 'lowerdir=/a\\:b:/c\\,d:/e\\\\f,workdir=/w,userxattr,upperdir=/u\\,v';
    const { lowerdirs, others } = parseOverlayData(data);
    expect(lowerdirs).toEqual(['/a:b', '/c,d', '/e\\f']);
    expect(others).toEqual([
      { key: 'workdir', value: '/w' },
      { key: 'userxattr', value: undefined },
      { key: 'upperdir', value: '/u\\,v' },
    ]);
    expect(withLowerdirs(others, lowerdirs)).toBe(data);
  });

  it('keeps plain layers as they are', () => {
    const data = 'lowerdir=/1/fs:/2/fs,index=off';
    const { lowerdirs, others } = parseOverlayData(data);
    expect(lowerdirs).toEqual(['/1/fs', '/2/fs']);
    expect(withLowerdirs(others, lowerdirs)).toBe(data);
    expect(parseOverlayData('index=off').lowerdirs).toEqual([]);
  });
});
