import { describe, expect, it } from 'vitest';
import {
  parseOverlayData,
  relativePaths,
  shortenLowerdirs,
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

describe('lower directories in fewer bytes', () => {
  it.each([
    ['lowerdir=/a/b/1/fs:/a/b/2/fs,index=off', '/a/b', 'lowerdir=1/fs:2/fs,index=off'],
    ['workdir=/w,lowerdir=/a/b/10/fs:/a/b/1/fs:/a/b/100/fs', '/a/b', 'workdir=/w,lowerdir=10/fs:1/fs:100/fs'],
    ['lowerdir=/a/b/1/fs', '/a/b/1', 'lowerdir=fs'],
    ['lowerdir=/a/1:/other/2:/a/3', '/a', 'lowerdir=1:/other/2:3'],
    ['lowerdir=/a:/b', '/', 'lowerdir=a:b'],
    ['lowerdir=/a/1::/a/2::/a/3,upperdir=/a/u', '/a', 'lowerdir=1::2::3,upperdir=/a/u'],
    ['lowerdir=/a/ab/1:/a/abc/2', '/a', 'lowerdir=ab/1:abc/2'],
    ['upperdir=/a/lowerdir=/x,lowerdir=/a/1:/a/2', '/a', 'upperdir=/a/lowerdir=/x,lowerdir=1:2'],
  ])('%s is made in %s', (data, directory, short) =>
    expect(shortenLowerdirs(data)).toEqual({ directory, data: short }),
  );

  it.each(['index=off', 'lowerdir=/a/b\\:c/1:/a/2', 'lowerdir=/a/1/:/a/2', 'lowerdir=/a/1:/a//2', 'lowerdir=a/1:b/2'])(
    '%s stays as it is',
    (data) => expect(shortenLowerdirs(data)).toBeUndefined(),
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
