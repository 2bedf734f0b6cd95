/**
 * What containerd's own suite asks of the trees that a snapshotter shows, in our words. Most of these remember a bug of
 * Docker's storage drivers; its number stands in the rule.
 */
import { FsError } from '../../fs/index.ts';
import { demand, demandEqual, demandRefused } from '../law.ts';
import type { Law } from '../law.ts';
import { commitLayer, demandLayers, demandTree, mounted, plainTree } from '../scene.ts';
import type { SnapshotterSubject } from '../scene.ts';
import { apply, chown, directory, file, link, remove, rename } from '../tree-steps.ts';
import type { Step } from '../tree-steps.ts';

type SnapshotterLaw = Law<SnapshotterSubject>;

const layered = (name: string, rule: string, ...layers: readonly (readonly Step[])[]): SnapshotterLaw => ({
  name,
  rule,
  run: async (subject) => void (await demandLayers(subject, 'layer', layers)),
});

const basic: SnapshotterLaw = {
  name: 'Basic',
  rule: 'Two layers are prepared, written, committed, listed and viewed; what was committed is what is seen; they go from the top down.',
  async run(subject) {
    const { snapshotter } = subject;
    const first = [file('/foo', 'foo\n', 0o777), directory('/a'), directory('/a/b'), directory('/a/b/c')];
    const second = [file('/bar', 'bar\n', 0o777), file('/foo', 'bar\n', 0o777), remove('/a/b')];

    await commitLayer(subject, 'committed', '', first);
    demandEqual('kind', (await snapshotter.stat('committed')).kind, 'Committed');
    const mounts = await snapshotter.prepare('next', 'committed');
    await demandTree(subject, 'the next layer before any change', mounts, await plainTree(subject, first));
    demandEqual('mounts answers what prepare answered', await snapshotter.mounts('next'), mounts);
    await mounted(subject, mounts, (tree) => apply(tree, second));
    const { parent, kind } = await snapshotter.stat('next');
    demandEqual('the next layer', { parent, kind }, { parent: 'committed', kind: 'Active' });
    await snapshotter.commit('committed-next', 'next');
    await demandRefused('stat of a committed key', snapshotter.stat('next'), 'NotFound');

    const view = await snapshotter.view('view', 'committed-next');
    await demandTree(subject, 'a view of both', view, await plainTree(subject, [...first, ...second]));
    await snapshotter.remove('view');
    await demandRefused('removing a parent', snapshotter.remove('committed'), 'FailedPrecondition');
    await snapshotter.remove('committed-next');
    await snapshotter.remove('committed');
  },
};

const viewReadonly: SnapshotterLaw = {
  name: 'A view is read-only',
  rule: 'Writing below a mounted view is EROFS, whatever the number of parents.',
  async run(subject) {
    await commitLayer(subject, 'one', '', [file('/file', 'one')]);
    await commitLayer(subject, 'two', 'one', [file('/file', 'two')]);
    for (const parent of ['', 'one', 'two']) {
      const mounts = await subject.snapshotter.view(`view-of-${parent}`, parent);
      await mounted(subject, mounts, (tree) => {
        let code = 'written';
        try {
          apply(tree, [file('/new', 'no')]);
        } catch (error) {
          code = error instanceof FsError ? error.code : String(error);
        }
        demandEqual(`writing into a view of "${parent}"`, code, 'EROFS');
      });
    }
  },
};

const rootPermission: SnapshotterLaw = {
  name: 'Root permission',
  rule: 'The root directory of an empty snapshot has mode 0755.',
  async run(subject) {
    const mounts = await subject.snapshotter.prepare('active', '');
    await mounted(subject, mounts, ({ fs, root }) => {
      demandEqual('mode', (fs.getattr(root).mode & 0o777).toString(8), '755');
    });
  },
};

const fileUpdate: SnapshotterLaw = {
  name: 'A file updated in the next layer',
  rule: 'Changing bytes without changing the size, or the mode only, is seen in the next layer (moby 21555).',
  async run(subject) {
    for (let round = 0; round < 5; round++) {
      await demandLayers(subject, `round-${round}`, [
        [directory('/etc', 0o700), file('/etc/hosts', 'mydomain 10.0.0.1'), file('/etc/profile', 'PATH=/usr/bin')],
        [
          file('/etc/hosts', 'mydomain 10.0.0.2'),
          file('/etc/profile', 'PATH=/usr/bin', 0o666),
          directory('/root', 0o700),
          file('/root/.bashrc', 'PATH=/usr/sbin:/usr/bin'),
        ],
      ]);
    }
  },
};

const renamed = (directories: boolean): SnapshotterLaw =>
  layered(
    'Rename',
    'Files of a lower layer can be renamed, onto other files, too (moby 25409).',
    [
      directory('/dir1', 0o700),
      directory('/somefiles', 0o700),
      file('/somefiles/f1', 'was here first!'),
      file('/somefiles/f2', 'nothing interesting'),
    ],
    [
      ...(directories ? [rename('/dir1', '/dir2')] : []),
      file('/somefiles/f1-overwrite', 'new content 1'),
      rename('/somefiles/f1-overwrite', '/somefiles/f1'),
      rename('/somefiles/f2', '/somefiles/f3'),
    ],
  );

const LAYERS = 128;

const manyLayers: SnapshotterLaw = {
  name: '128 layers',
  rule: 'A stack of 128 layers mounts, shows the topmost of each file, and merges directories of all of them.',
  async run(subject) {
    const { snapshotter } = subject;
    const bottom = [
      file('/bottom', 'way at the bottom\n'),
      file('/overwriteme', 'FIRST!\n'),
      directory('/addhere'),
      directory('/onlyme'),
      file('/onlyme/bottom', 'bye!\n'),
    ];
    await commitLayer(subject, 'committed-0', '', bottom);
    const plain = await plainTree(subject, bottom);
    for (let index = 1; index < LAYERS; index++) {
      const steps = [
        file('/overwriteme', `${index} WAS HERE!\n`),
        file(`/addhere/file-${index}`, 'same\n', 0o755),
        remove('/onlyme'),
        directory('/onlyme'),
        file(`/onlyme/file-${index}`, 'only me!\n'),
      ];
      const mounts = await snapshotter.prepare(`preparing-${index}`, `committed-${index - 1}`);
      await demandTree(subject, `layer ${index} before its changes`, mounts, plain);
      await mounted(subject, mounts, (tree) => apply(tree, steps));
      apply(plain, steps);
      await demandTree(subject, `layer ${index} after its changes`, mounts, plain);
      await snapshotter.commit(`committed-${index}`, `preparing-${index}`);
    }
    const view = await snapshotter.view('full-view', `committed-${LAYERS - 1}`);
    await demandTree(subject, 'a view of all', view, plain);
    demand('the mounts name every layer or its sum', view.length > 0);
  },
};

/** `renamesDirectories`: whether a directory of a lower layer can be renamed (overlayfs answers EXDEV by default). */
export const contentLaws = (renamesDirectories: boolean): readonly SnapshotterLaw[] => [
  basic,
  viewReadonly,
  rootPermission,
  fileUpdate,
  renamed(renamesDirectories),
  layered(
    'A directory removed and made again',
    'What a lower layer had in a directory stays gone when an upper layer makes the directory anew (moby 25244).',
    [directory('/lib', 0o700), file('/lib/hidden', '')],
    [remove('/lib'), directory('/lib', 0o700), file('/lib/not-hidden', '')],
    [file('/lib/newfile', '')],
  ),
  layered(
    'Chown',
    'An owner changed in an upper layer is seen, on directories and files (moby 20240, 24913, 28391).',
    [
      directory('/opt', 0o700),
      directory('/opt/a', 0o700),
      directory('/opt/a/b', 0o700),
      file('/opt/a/b/file.txt', 'hello'),
    ],
    ['/opt', '/opt/a', '/opt/a/b', '/opt/a/b/file.txt'].map((path) => chown(path, 1, 1)),
  ),
  layered(
    'Directory permissions survive a commit',
    'Owner and mode of directories are those of the topmost layer that has them (moby 27298).',
    [
      ...[1, 2, 3, 4, 5].map((number) => directory(`/dir${number}`, 0o700)),
      file('/dir4/f1', ''),
      file('/dir5/f1', ''),
      ...['/dir1', '/dir2', '/dir3', '/dir5', '/dir5/f1'].map((path) => chown(path, 1, 1)),
    ],
    [chown('/dir2', 0, 0), remove('/dir3'), chown('/dir4', 1, 1), chown('/dir4/f1', 1, 1)],
    [directory('/dir3', 0o700), chown('/dir3', 1, 1), remove('/dir5'), directory('/dir5', 0o700), chown('/dir5', 1, 1)],
  ),
  layered(
    'Deleted files stay deleted',
    'A file deleted in a layer is gone in the layers above it.',
    [file('/foo', 'foo\n'), file('/foobar', 'foobar\n')],
    [remove('/foobar')],
    [],
  ),
  layered(
    'A file moved out of a lower layer',
    'Files moved by linking and removing are at their new place only.',
    [directory('/dir1', 0o700), file('/dir1/f1', 'Hello'), directory('/dir2', 0o700), file('/dir2/f2', '...')],
    [
      directory('/dir3', 0o700),
      file('/dir3/f1', 'Hello'),
      remove('/dir1'),
      link('/dir2/f2', '/dir3/f2'),
      remove('/dir2/f2'),
    ],
  ),
  manyLayers,
];
