import type { Snapshotter } from '../../../snapshots/index.ts';
import { toRfc3339, type Info } from '../../../snapshots/index.ts';
import { SNAPSHOTTER_FLAG, type CtrCommand, type Flag } from '../../line/command.ts';
import { printedJson } from '../../print/json.ts';
import { table } from '../../print/table.ts';
import { binarySize, labelsText, secondsText } from '../../print/units.ts';
import type { Session } from '../../session.ts';
import { diff } from './diff.ts';
import { refuse } from '../support/failure.ts';
import { labelFlags, labelPaths } from '../support/labels.ts';
import { mountLines, mountsJson } from '../support/mounts.ts';
import { snapshotterName } from '../support/snapshotter-name.ts';
import { treeText } from './tree.ts';
import { unpack } from './unpack.ts';

export const snapshotterOf = (session: Session): Snapshotter => session.client.snapshotter(snapshotterName(session));

/** The label that keeps what is made by hand from the collector. */
const rootLabel = ({ node }: Session): Readonly<Record<string, string>> => ({
  'containerd.io/gc.root': secondsText(node.clock.now()),
});

const listed = async (snapshotter: Snapshotter): Promise<readonly Info[]> => {
  const infos: Info[] = [];
  await snapshotter.walk((info) => void infos.push(info));
  return infos;
};

const list: CtrCommand = {
  names: ['list', 'ls'],
  usage: 'list snapshots',
  run: async (session) => {
    const infos = await listed(snapshotterOf(session));
    const rows = infos.map(({ name, parent, kind }) => [name, parent, kind, '']);
    session.print(table([['KEY', 'PARENT', 'KIND', ''], ...rows]));
  },
};

const tree: CtrCommand = {
  names: ['tree'],
  usage: 'display tree view of snapshot branches',
  run: async (session) => session.print(treeText(await listed(snapshotterOf(session)))),
};

const info: CtrCommand = {
  names: ['info'],
  usage: 'get info about a snapshot',
  arguments: '<key>',
  run: async (session) => {
    const [key, more] = session.operands;
    if (key === undefined || more !== undefined) return session.help();
    const { kind, name, parent, labels, created, updated } = await snapshotterOf(session).stat(key);
    session.print(
      printedJson({
        Kind: kind,
        Name: name,
        ...(parent === '' ? {} : { Parent: parent }),
        ...(Object.keys(labels).length === 0 ? {} : { Labels: sorted(labels) }),
        Created: toRfc3339(created),
        Updated: toRfc3339(updated),
      }),
    );
  },
};

const sorted = (labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));

const PREPARE_FLAGS: readonly Flag[] = [
  { names: ['target', 't'], type: 'string', usage: 'mount target path, will print mount, if provided' },
  { names: ['mounts'], type: 'bool', usage: 'Print out snapshot mounts as JSON' },
];

const making = (
  name: 'prepare' | 'view',
  usage: string,
  labelsOf: (session: Session) => Readonly<Record<string, string>>,
): CtrCommand => ({
  names: [name],
  usage,
  arguments: '[flags] <key> [<parent>]',
  flags: PREPARE_FLAGS,
  run: async (session) => {
    const { operands, value, has, print } = session;
    const [key = '', parent = ''] = operands;
    if (operands.length === 0 || operands.length > 2) return session.help();
    const mounts = await snapshotterOf(session)[name](key, parent, { labels: labelsOf(session) });
    if (value('target') !== '') print(mountLines(mounts, value('target')));
    if (has('mounts')) print(mountsJson(mounts));
  },
});

const commit: CtrCommand = {
  names: ['commit'],
  usage: 'commit an active snapshot into the provided name',
  arguments: '<key> <active>',
  run: async (session) => {
    const [name, key, more] = session.operands;
    if (name === undefined || key === undefined || more !== undefined) return session.help();
    await snapshotterOf(session).commit(name, key, { labels: rootLabel(session) });
  },
};

const mounts: CtrCommand = {
  names: ['mounts', 'm', 'mount'],
  usage: 'mount gets mount commands for the snapshots',
  arguments: '<target> <key>',
  run: async (session) => {
    const [target, key, more] = session.operands;
    if (target === undefined || key === undefined || more !== undefined) return session.help();
    session.print(mountLines(await snapshotterOf(session).mounts(key), target));
  },
};

const remove: CtrCommand = {
  names: ['delete', 'del', 'remove', 'rm'],
  usage: 'remove snapshots',
  arguments: '<key> [<key>, ...]',
  run: async (session) => {
    const snapshotter = snapshotterOf(session);
    for (const key of session.operands) {
      try {
        await snapshotter.remove(key);
      } catch (error) {
        throw new Error(`failed to remove ${JSON.stringify(key)}: ${(error as Error).message}`, { cause: error });
      }
    }
  },
};

const label: CtrCommand = {
  names: ['label'],
  usage: 'add labels to content',
  arguments: '<name> [<label>=<value> ...]',
  run: async (session) => {
    const [name = '', ...words] = session.operands;
    const labels = labelFlags(words);
    if (name === '') refuse('snapshot does not exist: not found');
    const updated = await snapshotterOf(session).update({ name, labels }, ...labelPaths(labels));
    const text = labelsText(updated.labels);
    session.print(`${text}\n`);
  },
};

const usage: CtrCommand = {
  names: ['usage'],
  usage: 'usage snapshots',
  arguments: '[flags] [<key>, ...]',
  flags: [{ names: ['b'], type: 'bool', usage: 'display size in bytes' }],
  run: async (session) => {
    const snapshotter = snapshotterOf(session);
    const keys = session.operands.length > 0 ? session.operands : (await listed(snapshotter)).map(({ name }) => name);
    const rows: (readonly string[])[] = [['KEY', 'SIZE', 'INODES', '']];
    for (const key of keys) {
      const { size, inodes } = await snapshotter.usage(key);
      rows.push([key, session.has('b') ? String(size) : binarySize(size), String(inodes), '']);
    }
    session.print(table(rows));
  },
};

export const snapshots: CtrCommand = {
  names: ['snapshots', 'snapshot'],
  usage: 'manage snapshots',
  flags: [SNAPSHOTTER_FLAG],
  commands: [
    commit,
    diff,
    info,
    list,
    mounts,
    making('prepare', 'prepare a snapshot from a committed snapshot', rootLabel),
    remove,
    label,
    tree,
    unpack,
    usage,
    making('view', 'create a read-only snapshot from a committed snapshot', () => ({})),
  ],
};
