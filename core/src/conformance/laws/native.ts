/** What containerd's native snapshotter does beyond the contract. */
import { demand, demandEqual } from '../law.ts';
import type { Law } from '../law.ts';
import { commitLayer } from '../scene.ts';
import type { SnapshotterSubject } from '../scene.ts';
import { file } from '../tree-steps.ts';

/** `<root>/snapshots`, read off the first mount: its source is `<root>/snapshots/1`. */
const snapshotsDirectory = async ({ snapshotter }: SnapshotterSubject): Promise<string> => {
  const [mount] = await snapshotter.prepare('first', '');
  const source = mount?.source ?? '';
  demand(`the first mount binds snapshots/1: ${source}`, source.endsWith('/snapshots/1'));
  return source.slice(0, -'/1'.length);
};

export const NATIVE_LAWS: readonly Law<SnapshotterSubject>[] = [
  {
    name: 'Mounts of native',
    rule: 'One bind mount, "rbind" before "rw" or "ro": of its own directory, or for a view on a parent of the parent\'s.',
    async run(subject) {
      const { snapshotter } = subject;
      const path = await snapshotsDirectory(subject);
      const bind = (id: number, access: string): unknown => [
        { type: 'bind', source: `${path}/${id}`, options: ['rbind', access] },
      ];
      demandEqual('active, no parent', await snapshotter.mounts('first'), bind(1, 'rw'));
      demandEqual('view, no parent', await snapshotter.view('v0', ''), bind(2, 'ro'));
      await snapshotter.commit('one', 'first');
      demandEqual('view on a parent', await snapshotter.view('v1', 'one'), bind(1, 'ro'));
      demandEqual('active on a parent', await snapshotter.prepare('second', 'one'), bind(4, 'rw'));
    },
  },
  {
    name: 'Directories of native',
    rule: 'A snapshot is a directory of mode 0755; views on a parent have none, and a removed one is gone at once.',
    async run(subject) {
      const { snapshotter, kernel } = subject;
      const path = await snapshotsDirectory(subject);
      await snapshotter.commit('one', 'first');
      await snapshotter.view('view', 'one');
      await snapshotter.prepare('removed', 'one');
      demandEqual('names', await kernel.disk.readdir(path), ['1', '3']);
      demandEqual('mode', ((await kernel.disk.lstat(`${path}/3`))?.mode ?? 0) & 0o777, 0o755);
      await snapshotter.remove('removed');
      demandEqual('names after a removal', await kernel.disk.readdir(path), ['1']);
    },
  },
  {
    name: 'Usage of native',
    rule: 'A layer counts the files of its parents again, because it has copies of them.',
    async run(subject) {
      const bytes = 64 * 1024;
      await commitLayer(subject, 'base', '', [file('/big', 'x'.repeat(bytes))]);
      await commitLayer(subject, 'top', 'base', [file('/small', 'x')]);
      const { size, inodes } = await subject.snapshotter.usage('top');
      demand(`the top counts ${size} bytes, its parent's ${bytes} among them`, size >= bytes);
      demandEqual('inodes', inodes, 3);
    },
  },
];
