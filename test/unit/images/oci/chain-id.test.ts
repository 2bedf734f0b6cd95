import { expect, it } from 'vitest';
import { chainIds } from '@layerscope/core/images';
import { portableCodecs } from '@layerscope/core/layers';

const repeated = (digit: string): string => `sha256:${digit.repeat(64)}`;

it('chains the digests as containerd does', async () => {
  expect(await chainIds(['a', 'b', 'c'].map(repeated), portableCodecs)).toEqual([
    repeated('a'),
    'sha256:ccd722928bd92476ba1745586fed6e45a102504185ad88cd89e01ff116fd146c',
    'sha256:c1377126441fb2f5ec2c21ae2a60255331d639e830f0ee1b40a36e52d4c40588',
  ]);
});

it('agrees with a real image', async () => {
  const [, top] = await chainIds(
    [
      'sha256:229d913a51e583f962a60bb1fa9d3ec14aef026a74b10bc2dc81b9dd27837e15',
      'sha256:569659f696d943ad11110a55a8e6656322a3d712c692f7a4728dde4c66f6e3a8',
    ],
    portableCodecs,
  );
  expect(top).toBe('sha256:0364ca0b0c75d8aa2f1a4c240b09527da2311dd9a8cee72a0607b9cfa41f0c20');
});

it('has nothing to say about no layers', async () => {
  expect(await chainIds([], portableCodecs)).toEqual([]);
});
