/** What containerd asks of its overlayfs snapshotter beyond the contract: the mounts, letter by letter. */
import { demand, demandEqual } from '../law.ts';
import type { Law } from '../law.ts';
import { commitLayer } from '../scene.ts';
import type { SnapshotterSubject } from '../scene.ts';
import { file } from '../tree-steps.ts';
import type { Mount } from '../../kernel/index.ts';

type SnapshotterLaw = Law<SnapshotterSubject>;

/** `<root>/snapshots`, read off the first mount: its source is `<root>/snapshots/1/fs`. */
const snapshotsDirectory = async ({ snapshotter }: SnapshotterSubject): Promise<string> => {
  const [mount] = await snapshotter.prepare('first', '');
  const source = mount?.source ?? '';
  demand(`the first mount binds snapshots/1/fs: ${source}`, source.endsWith('/snapshots/1/fs'));
  return source.slice(0, -'/1/fs'.length);
};

/** The options of an overlay mount that tell its directories, in their order. */
const directories = (mounts: readonly Mount[]): readonly string[] => {
  const [mount, ...rest] = mounts;
  demandEqual('an overlay mount', [mount?.type, mount?.source, rest.length], ['overlay', 'overlay', 0]);
  return (mount?.options ?? []).filter((option) => /^(?:workdir|upperdir|lowerdir)=/.test(option));
};

const bind = (source: string, access: string): readonly Mount[] => [
  { type: 'bind', source, options: [access, 'rbind'] },
];

const mounts: SnapshotterLaw = {
  name: 'Mounts of overlayfs',
  rule: 'No parent: bind of its own directory. One parent: an active snapshot is an overlay, a view binds the parent. More: an overlay, of lowers only for a view, nearest parent first.',
  async run(subject) {
    const { snapshotter } = subject;
    const path = await snapshotsDirectory(subject);
    demandEqual('active, no parent', await snapshotter.mounts('first'), bind(`${path}/1/fs`, 'rw'));
    demandEqual('view, no parent', await snapshotter.view('v0', ''), bind(`${path}/2/fs`, 'ro'));
    await snapshotter.commit('one', 'first');
    demandEqual('view, one parent', await snapshotter.view('v1', 'one'), bind(`${path}/1/fs`, 'ro'));
    demandEqual('active, one parent', directories(await snapshotter.prepare('second', 'one')), [
      `workdir=${path}/4/work`,
      `upperdir=${path}/4/fs`,
      `lowerdir=${path}/1/fs`,
    ]);
    await snapshotter.commit('two', 'second');
    const lower = `lowerdir=${path}/4/fs:${path}/1/fs`;
    demandEqual('view, two parents', directories(await snapshotter.view('v2', 'two')), [lower]);
    demandEqual('active, two parents', directories(await snapshotter.prepare('third', 'two')), [
      `workdir=${path}/6/work`,
      `upperdir=${path}/6/fs`,
      lower,
    ]);
  },
};

const layout: SnapshotterLaw = {
  name: 'Directories of overlayfs',
  rule: 'A snapshot is a directory of mode 0700 with fs (0755) and, when active, work (0711), which stays after the commit; nothing temporary is left.',
  async run(subject) {
    const { snapshotter, kernel } = subject;
    const path = await snapshotsDirectory(subject);
    await snapshotter.view('view', '');
    await snapshotter.commit('one', 'first');
    const mode = async (of: string): Promise<string | undefined> =>
      ((await kernel.disk.lstat(`${path}/${of}`))?.mode ?? 0).toString(8).slice(-3);
    demandEqual('names', await kernel.disk.readdir(path), ['1', '2']);
    demandEqual('active', [await mode('1'), await mode('1/fs'), await mode('1/work')], ['700', '755', '711']);
    demandEqual('a view has no work directory', await kernel.disk.readdir(`${path}/2`), ['fs']);
  },
};

const ownUsage: SnapshotterLaw = {
  name: 'Usage of overlayfs',
  rule: 'A layer counts its own changes only, not those of its parents.',
  async run(subject) {
    const bytes = 64 * 1024;
    await commitLayer(subject, 'base', '', [file('/big', 'x'.repeat(bytes))]);
    await commitLayer(subject, 'top', 'base', [file('/small', 'x')]);
    const { size, inodes } = await subject.snapshotter.usage('top');
    demand(`the top counts ${size} bytes, less than its parent's ${bytes}`, size < bytes);
    demandEqual('inodes', inodes, 2);
  },
};

const cleanup: SnapshotterLaw = {
  name: 'Cleanup of overlayfs',
  rule: 'After cleanup there are the directories of the snapshots that exist, and no others, whatever a crash left.',
  async run(subject) {
    const { snapshotter, kernel } = subject;
    const path = await snapshotsDirectory(subject);
    await kernel.disk.mkdir(`${path}/new-crashed/fs`, 0o755);
    await kernel.disk.mkdir(`${path}/77/fs`, 0o755);
    await snapshotter.prepare('removed', '');
    await snapshotter.remove('removed');
    await snapshotter.cleanup?.();
    demandEqual('what is left', await kernel.disk.readdir(path), ['1']);
    demandEqual('the one that is left', (await snapshotter.stat('first')).kind, 'Active');
  },
};

const staleDirectory: SnapshotterLaw = {
  name: 'A directory left by a crash',
  rule: 'A directory that has the id of the next snapshot makes way for it, and none of its files are seen.',
  async run(subject) {
    const { snapshotter, kernel } = subject;
    const path = await snapshotsDirectory(subject);
    await kernel.disk.mkdir(`${path}/2/fs/leftover`, 0o755);
    await snapshotter.prepare('second', '');
    demandEqual('files of the new snapshot', await kernel.disk.readdir(`${path}/2/fs`), []);
  },
};

const owner: SnapshotterLaw = {
  name: 'Owner of the root directory',
  rule: "The root directory of a snapshot belongs to whom its parent's belongs; the mode is 0755 again.",
  async run(subject) {
    const { snapshotter, kernel } = subject;
    const path = await snapshotsDirectory(subject);
    await kernel.disk.lchown(`${path}/1/fs`, 1, 2);
    await kernel.disk.chmod(`${path}/1/fs`, 0o700);
    await snapshotter.commit('one', 'first');
    await snapshotter.prepare('second', 'one');
    const stat = await kernel.disk.lstat(`${path}/2/fs`);
    demandEqual('owner and mode', [stat?.uid, stat?.gid, (stat?.mode ?? 0) & 0o777], [1, 2, 0o755]);
  },
};

export const OVERLAYFS_LAWS: readonly SnapshotterLaw[] = [mounts, layout, ownUsage, cleanup, staleDirectory, owner];
