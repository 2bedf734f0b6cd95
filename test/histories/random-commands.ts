/** Random commands for a node, the same for the same seed on every platform. */
import { DEMO_IMAGE_NAME } from '@layerscope/core/demo';
import { type Random, seededRandom } from '@layerscope/core/fs';
import type { HistoryCommand } from '@layerscope/core/sandbox';

const KEYS = ['k1', 'k2', 'k3'];
const NAMES = ['n1', 'n2'];
const CONTAINERS = ['c1', 'c2'];

export interface Chance {
  /** A whole number below `count`. */
  below(count: number): number;
  one<T>(choices: readonly T[]): T;
}

export const chanceOf = (random: Random): Chance => {
  const below = (count: number): number => {
    const [high = 0, low = 0] = random.bytes(2);
    return (high * 256 + low) % count;
  };
  return { below, one: (choices) => choices[below(choices.length)] as (typeof choices)[number] };
};

const ctr = (...args: readonly string[]): HistoryCommand => ({ type: 'ctr', args });
const shell = (script: string): HistoryCommand => ({ type: 'shell', script });

/** Each is a command somebody could give; many are refused, which is part of the test. */
const KINDS: readonly ((chance: Chance) => HistoryCommand)[] = [
  () => ({ type: 'import', blob: 'demo' }),
  ({ one }) => ctr('snapshots', 'prepare', one(KEYS), one(['', ...NAMES])),
  ({ one }) => ctr('snapshots', one(['prepare', 'view']), one(KEYS), one(NAMES)),
  ({ one }) => ctr('snapshots', 'commit', one(NAMES), one(KEYS)),
  ({ one }) => ctr('snapshots', 'rm', one([...KEYS, ...NAMES])),
  ({ one }) => ctr('snapshots', 'label', one([...KEYS, ...NAMES]), one(['a=b', 'a=', 'containerd.io/gc.root='])),
  ({ one }) => ctr('snapshots', one(['ls', 'tree', 'usage'])),
  ({ one }) => ctr('run', '-d', DEMO_IMAGE_NAME, one(CONTAINERS), 'sleep', one(['infinity', '20'])),
  ({ one }) => ctr('tasks', 'kill', '-s', 'SIGKILL', one(CONTAINERS)),
  ({ one }) => ctr('tasks', 'rm', one(CONTAINERS)),
  ({ one }) => ctr('containers', 'rm', one(CONTAINERS)),
  ({ one }) => ctr('images', 'rm', one(['--sync', '--sync=false']), DEMO_IMAGE_NAME),
  ({ one }) => ctr('images', one(['push', 'pull']), '--platform', 'linux/amd64', DEMO_IMAGE_NAME),
  ({ one }) => ctr('leases', one(['create', 'rm']), one(['--id', '--sync']), 'l1'),
  () => ctr('images', 'mount', DEMO_IMAGE_NAME, '/image'),
  ({ one }) => ({
    type: 'exec',
    container: one(CONTAINERS),
    args: [
      'sh',
      '-c',
      one([
        'echo more >> /etc/motd; rm /etc/hostname',
        'rm -r /usr/share/doc; mkdir /usr/share/doc',
        'mv /bin/hello /tmp/h; ln /tmp/h /tmp/g; chmod 700 /tmp/g',
        'cat /etc/*; ls -lR /usr',
        'head -c 9000 /dev/urandom > /tmp/noise; echo x >> /tmp/noise; truncate -s 100 /tmp/noise',
      ]),
    ],
  }),
  ({ one }) =>
    shell(
      one([
        'mkdir -p /a /image; echo $RANDOM_SEED >> /a/f; cd /a; N=${N}x',
        'echo $N $PWD; ln -f /a/f /a/g; rm -f /a/h; mv /a/g /a/h',
        'mkdir -p /o/l /o/u /o/w /m; echo low > /o/l/f; mount -t overlay overlay -o lowerdir=/o/l,upperdir=/o/u,workdir=/o/w /m',
        'echo up >> /m/f; mkdir -p /m/d; rm -f /m/f; ls -la /m',
        'umount /m',
        'mkdir -p /t; mount -t tmpfs tmpfs /t; echo t > /t/f; cd /t',
        'cd /; umount /t; umount /image',
        'rm -rf /a /o/u/*; find / -xdev | wc -l',
        'setfattr -n user.x -v y /a/f; chown 5:6 /a/f; touch -d 2020-01-01 /a/f; ls -l /a',
      ]),
    ),
  () => ({ type: 'gc' }),
  ({ below }) => ({ type: 'advance', nanoseconds: 1 + below(60_000) * 1_000_000 }),
  ({ one, below }) => ({
    type: 'fault',
    fault: {
      on: one(['kernel', 'disk', 'store'] as const),
      effect: one(['ENOSPC', 'EIO', 'crash'] as const),
      number: 1 + below(40),
      when: one(['before', 'after'] as const),
    },
  }),
  () => ({ type: 'crash' }),
];

/** `count` commands; an import comes early, or most of the others have nothing to work on. */
export const randomCommands = (seed: number, count: number): readonly HistoryCommand[] => {
  const chance = chanceOf(seededRandom(seed));
  return Array.from({ length: count }, (_, index) =>
    index === 1 ? ({ type: 'import', blob: 'demo' } as const) : chance.one(KINDS)(chance),
  );
};
