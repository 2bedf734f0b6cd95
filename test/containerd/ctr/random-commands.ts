/** Command lines as a bored user would type them: few names, so that they meet; mostly sensible, now and then not. */
import type { Random } from '@layerscope/core/fs';

const KEYS = ['a', 'b', 'c', 'd', 'e'];
const NAMES = ['one', 'two', 'three', 'c'];
const LEASES = ['l1', 'l2'];
const IMAGES = ['x:1', 'x:2', 'layerscope.test/demo:latest'];
/** Of the demo image: its index, a manifest, a config, two layers; and one that nobody has. */
const BLOBS = [
  '0086f9850a1b0adaa15f4825b6b2372d1f88404a299683c2302686632c7340b1',
  'a5796056174f945ca4af02760d141811223c76c91f34dd9528afcaa1ff4bd6a7',
  '9d5eb2270b76c019dbd7b0de792c223c49691a08bc58d67d28db540aadf63634',
  '9bd73cb5c179e3de9a21e3fb07e08d7dd4731fd7cc6b02e30403d760aa5bd8a4',
  'fd00b48c84d7a1f53daf3cac83c1f17bde56fe321559ae44c81a430c2c7d86eb',
  '1111111111111111111111111111111111111111111111111111111111111111',
].map((hex) => `sha256:${hex}`);
const SNAPSHOTTERS = ['overlayfs', 'native'];

type Pick = <T>(from: readonly T[]) => T;

const anySnapshot = (pick: Pick): string => pick([...KEYS, ...NAMES]);

/** A label that the collector heeds, set or cleared. */
const gcLabel = (pick: Pick): string =>
  pick([
    'containerd.io/gc.root=x',
    'containerd.io/gc.root=',
    `containerd.io/gc.ref.snapshot.overlayfs=${anySnapshot(pick)}`,
    `containerd.io/gc.ref.snapshot.native/2=${anySnapshot(pick)}`,
    'containerd.io/gc.ref.snapshot.overlayfs=',
    'note=text',
  ]);

/** A label by which a blob, or whatever it is put on, keeps another blob. */
const contentLabel = (pick: Pick): string =>
  pick([
    `containerd.io/gc.ref.content.x=${pick(BLOBS)}`,
    'containerd.io/gc.ref.content.x=',
    'containerd.io/gc.ref.content.l.0=',
    'containerd.io/gc.ref.content.config=',
  ]);

/** Each with how often it comes. */
const COMMANDS: readonly (readonly [weight: number, make: (pick: Pick) => readonly string[]])[] = [
  [6, (pick) => ['snapshots', '--snapshotter', pick(SNAPSHOTTERS), 'prepare', pick(KEYS)]],
  [6, (pick) => ['snapshots', '--snapshotter', pick(SNAPSHOTTERS), 'prepare', pick(KEYS), anySnapshot(pick)]],
  [4, (pick) => ['snapshots', '--snapshotter', pick(SNAPSHOTTERS), 'view', pick(KEYS), anySnapshot(pick)]],
  [8, (pick) => ['snapshots', '--snapshotter', pick(SNAPSHOTTERS), 'commit', pick(NAMES), pick(KEYS)]],
  [4, (pick) => ['snapshots', '--snapshotter', pick(SNAPSHOTTERS), 'rm', anySnapshot(pick)]],
  [6, (pick) => ['snapshots', '--snapshotter', pick(SNAPSHOTTERS), 'label', anySnapshot(pick), gcLabel(pick)]],
  [3, (pick) => ['snapshots', '--snapshotter', pick(SNAPSHOTTERS), 'tree']],
  [2, (pick) => ['snapshots', 'info', anySnapshot(pick)]],
  [2, (pick) => ['snapshots', 'mounts', '/mnt', anySnapshot(pick)]],
  [2, (pick) => ['leases', 'create', '--id', pick(LEASES)]],
  [1, (pick) => ['leases', 'create', '--id', pick(LEASES), '--expires', '0s', gcLabel(pick)]],
  [1, (pick) => ['leases', 'create', '--id', pick(LEASES), `containerd.io/gc.ref.content=${pick(BLOBS)}`]],
  [2, (pick) => ['leases', 'rm', pick(LEASES)]],
  [1, () => ['images', 'import', 'demo.tar']],
  [1, () => ['images', 'import', '--no-unpack', '--snapshotter', 'native', 'demo.tar']],
  [2, (pick) => ['images', 'tag', pick(IMAGES), pick(IMAGES)]],
  [2, (pick) => ['images', 'rm', pick(IMAGES)]],
  [1, (pick) => ['images', 'rm', '--sync', pick(IMAGES), pick(IMAGES)]],
  [2, (pick) => ['images', 'label', pick(IMAGES), pick([gcLabel(pick), contentLabel(pick)])]],
  [1, (pick) => ['images', 'tag', '--force', pick(IMAGES), pick(IMAGES)]],
  [3, (pick) => ['content', 'label', pick(BLOBS), pick([gcLabel(pick), contentLabel(pick)])]],
  [1, (pick) => ['content', 'rm', pick(BLOBS)]],
  [1, (pick) => ['snapshots', '--snapshotter', pick(SNAPSHOTTERS), 'unpack', pick(BLOBS)]],
  [1, (pick) => ['containers', 'label', pick(KEYS), gcLabel(pick)]],
  [2, (pick) => ['containers', 'create', '--snapshotter', pick(SNAPSHOTTERS), pick(IMAGES), pick(KEYS)]],
  [2, (pick) => ['containers', 'rm', pick(KEYS)]],
  [1, (pick) => ['containers', 'rm', '--keep-snapshot', pick(KEYS)]],
  [1, () => ['content', 'prune', 'references']],
];

/** What shows all that is there. */
export const LISTINGS: readonly (readonly string[])[] = [
  ['snapshots', 'ls'],
  ['snapshots', '--snapshotter', 'native', 'ls'],
  ['images', 'ls'],
  ['images', 'check'],
  ['containers', 'ls'],
  ['content', 'ls'],
  ['leases', 'ls', '-q'],
];

const TOTAL = COMMANDS.reduce((sum, [weight]) => sum + weight, 0);

export const randomCommand = (random: Random): readonly string[] => {
  const below = (limit: number): number => {
    const [high = 0, low = 0] = random.bytes(2);
    return ((high << 8) | low) % limit;
  };
  let at = below(TOTAL);
  const pick: Pick = (from) => from[below(from.length)]!;
  for (const [weight, make] of COMMANDS) {
    if (at < weight) return make(pick);
    at -= weight;
  }
  return ['snapshots', 'ls'];
};
