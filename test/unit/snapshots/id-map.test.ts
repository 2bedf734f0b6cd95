import { mappedOwner, parseIdMap } from '@layerscope/core/snapshots';
import { describe, expect, it } from 'vitest';

const UIDS = 'containerd.io/snapshot/uidmapping';
const GIDS = 'containerd.io/snapshot/gidmapping';

describe('parseIdMap', () => {
  it('reads entries, blanks and what Go ignores', () => {
    expect(parseIdMap('0:1000:1,1: 2000:65535x')).toEqual([
      { container: 0, host: 1000, length: 1 },
      { container: 1, host: 2000, length: 65_535 },
    ]);
    expect(parseIdMap('')).toEqual([]);
  });

  // The texts of containerd 2.2.
  it.each([
    ['x', 'input value x unparsable: expected integer'],
    ['0', 'input value 0 unparsable: unexpected EOF'],
    ['0:1', 'input value 0:1 unparsable: unexpected EOF'],
    ['0:1:', 'input value 0:1: unparsable: EOF'],
    ['0;1:2', 'input value 0;1:2 unparsable: input does not match format'],
    ['-1:0:1', 'invalid mapping "-1:0:1"'],
    ['0:1:99999999999', 'invalid mapping "0:1:99999999999"'],
  ])('refuses %j', (label, problem) => {
    expect(() => parseIdMap(label)).toThrow(`failed to unmarshal snapshot ID mapped labels: ${problem}`);
  });
});

describe('mappedOwner', () => {
  it('is nobody without a label', () => {
    expect(mappedOwner({ other: '0:1:1' })).toBeUndefined();
  });

  it('maps container 0:0, and a missing half to itself', () => {
    expect(mappedOwner({ [UIDS]: '0:1000:1', [GIDS]: '5:1:1,0:2000:9' })).toEqual({ uid: 1000, gid: 2000 });
    expect(mappedOwner({ [GIDS]: '0:2000:9' })).toEqual({ uid: 0, gid: 2000 });
  });

  it.each(['5:1:1', '0:1:0'])('refuses %j, which leaves out id 0', (label) => {
    expect(() => mappedOwner({ [UIDS]: label })).toThrow(
      'failed to find root pair: container ID 0 cannot be mapped to a host ID',
    );
  });
});
