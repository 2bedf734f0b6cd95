import { inheritedLabels } from '@layerscope/core/snapshots';
import { expect, it } from 'vitest';

it('lets through the reference and what is below the inherited prefix', () => {
  const inherited = { 'containerd.io/snapshot.ref': 'sha256:a', 'containerd.io/snapshot/x': '1' };
  expect(inheritedLabels({ ...inherited, 'containerd.io/gc.root': 'now', 'containerd.io/snapshot': 'no' })).toEqual(
    inherited,
  );
  expect(inheritedLabels({})).toEqual({});
});
