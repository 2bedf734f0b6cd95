/** verity without fs-verity in the layers, as Linux 6.18 answered it over tmpfs. */
import { O_RDONLY } from '@layerscope/core/fs';
import { describe, expect, it } from 'vitest';
import { describeTree } from './describe-tree.ts';
import { outcome, SimulatedMount } from './simulated-mount.ts';

const SHA256 = Uint8Array.of(0, 36, 0, 1, ...new Uint8Array(32).fill(0xab));

const mounted = (verity: 'on' | 'require', metacopy = false): SimulatedMount => {
  const mount = new SimulatedMount(1, 1);
  mount.write('/do0/blob', 'blob');
  mount.write('/l0/plain', 'plain');
  for (const name of ['none', 'digest']) {
    mount.write(`/l0/${name}`, 'meta');
    mount.xattr(`/l0/${name}`, 'trusted.overlay.redirect', '/blob');
  }
  mount.xattr('/l0/none', 'trusted.overlay.metacopy', '');
  mount.root.setxattr('/l0/digest', 'trusted.overlay.metacopy', SHA256);
  mount.mount({ verity, metacopy });
  return mount;
};

const answers = ({ root }: SimulatedMount): readonly string[] =>
  ['plain', 'none', 'digest'].flatMap((name) => [
    outcome(() => root.stat(`/m/${name}`).size),
    outcome(() => root.close(root.open(`/m/${name}`, O_RDONLY))),
    outcome(() => root.chmod(`/m/${name}`, 0o600)),
    outcome(() => root.truncate(`/m/${name}`, 2)),
  ]);

describe.each([false, true])('with metacopy=on: %s', (metacopy) => {
  it('verity=on refuses the bytes of a file with a digest', () => {
    const mount = mounted('on', metacopy);
    expect(answers(mount)).toEqual(['ok:5', 'ok', 'ok', 'ok', 'ok:4', 'ok', 'ok', 'ok', 'ok:4', 'EIO', 'EIO', 'EIO']);
    expect(mount.events).toContainEqual({ type: 'kernel-log', text: "lower file 'blob' has no fs-verity digest" });
  });

  it('verity=require refuses one without a digest, too', () => {
    const mount = mounted('require', metacopy);
    expect(answers(mount)).toEqual([
      'ok:5',
      'ok',
      'ok',
      'ok',
      'ok:4',
      'EIO',
      'EIO',
      'EIO',
      'ok:4',
      'EIO',
      'EIO',
      'EIO',
    ]);
    expect(mount.events).toContainEqual({ type: 'kernel-log', text: "metacopy file 'none' has no digest specified" });
  });
});

it('verity=require copies up whole files', () => {
  const mount = mounted('require', true);
  mount.root.chmod('/m/plain', 0o600);
  expect(describeTree(mount.root, '/u').get('/plain')).toBe('f"plain" 0600 {origin}');
});
