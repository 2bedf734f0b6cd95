import { toRfc3339 } from '../../../snapshots/index.ts';
import { createContainerByName } from '../../../sandbox/index.ts';
import { quietFlag, type CtrCommand } from '../../line/command.ts';
import { printedJson } from '../../print/json.ts';
import { WIDE, table } from '../../print/table.ts';
import { labelsText } from '../../print/units.ts';
import { CONTAINER_FLAGS, containerOptions } from './container-flags.ts';
import { refuse } from '../support/failure.ts';
import { labelPaths, labelWords } from '../support/labels.ts';
import { listed } from '../support/listed.ts';
import { resolvedSnapshotter } from '../support/snapshotter-name.ts';
import { isClass } from '../../../snapshots/index.ts';

const create: CtrCommand = {
  names: ['create'],
  usage: 'create container',
  arguments: '[flags] Image|RootFS CONTAINER [COMMAND] [ARG...]',
  flags: CONTAINER_FLAGS,
  endsFlags: true,
  run: async (session) => {
    const {
      node,
      client,
      operands: [image = '', id = '', ...args],
    } = session;
    if (image === '') refuse('image ref must be provided: invalid argument');
    if (id === '') refuse('container id must be provided: invalid argument');
    await createContainerByName(
      node,
      client,
      await resolvedSnapshotter(session),
      id,
      image,
      containerOptions(session, args),
    );
  },
};

const list: CtrCommand = {
  names: ['list', 'ls'],
  usage: 'list containers',
  arguments: '[flags] [<filter>, ...]',
  flags: [quietFlag('container id')],
  run: async ({ client, operands, has, print }) => {
    const containers = await listed(client.containers.list(...operands));
    if (has('quiet')) return print(containers.map(({ id }) => `${id}\n`).join(''));
    const rows = containers.map(({ id, image, runtime }) => [id, image || '-', runtime, '']);
    print(table([['CONTAINER', 'IMAGE', 'RUNTIME', ''], ...rows], WIDE));
  },
};

const info: CtrCommand = {
  names: ['info'],
  usage: 'get info about a container',
  arguments: 'CONTAINER',
  flags: [{ names: ['spec'], type: 'bool', usage: 'only display the spec' }],
  run: async ({ client, operands: [id = ''], has, print }) => {
    if (id === '') refuse('container id must be provided: invalid argument');
    const { labels, image, runtime, snapshotKey, snapshotter, created, updated, spec } =
      await client.containers.get(id);
    if (has('spec')) return print(printedJson(spec));
    const sorted = Object.fromEntries(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    print(
      printedJson({
        ID: id,
        Labels: sorted,
        Image: image,
        Runtime: { Name: runtime, Options: { type_url: 'containerd.runc.v1.Options' } },
        SnapshotKey: snapshotKey,
        Snapshotter: snapshotter,
        CreatedAt: toRfc3339(created),
        UpdatedAt: toRfc3339(updated),
        Extensions: null,
        Spec: spec,
      }),
    );
  },
};

const label: CtrCommand = {
  names: ['label'],
  usage: 'set and clear labels for a container',
  arguments: '[flags] CONTAINER [<key>=<value>, ...]',
  run: async ({ client, operands: [id = '', ...words], print }) => {
    if (id === '') refuse('container id must be provided: invalid argument');
    const labels = labelWords(words);
    // A container that is not there is told of before anything else.
    await client.containers.get(id);
    const updated = await client.containers.update({ id, labels }, ...labelPaths(labels));
    print(`${labelsText(updated.labels)}\n`);
  },
};

const remove: CtrCommand = {
  names: ['delete', 'del', 'remove', 'rm'],
  usage: 'delete one or more existing containers',
  arguments: '[flags] CONTAINER [CONTAINER, ...]',
  flags: [{ names: ['keep-snapshot'], type: 'bool', usage: 'do not clean up snapshot with container' }],
  run: async ({ node, client, operands, has, log }) => {
    if (operands.length === 0) refuse('must specify at least one container to delete: invalid argument');
    const tasks = node.tasks(client.namespace);
    let first: unknown;
    for (const id of operands) {
      try {
        const { snapshotter, snapshotKey } = await client.containers.get(id);
        const task = tasks.list().find((each) => each.id === id);
        if (task !== undefined) {
          if (task.status !== 'STOPPED' && task.status !== 'CREATED')
            refuse(
              `cannot delete a non stopped container: {${task.status.toLowerCase()} 0 0001-01-01 00:00:00 +0000 UTC}`,
            );
          await tasks.delete(id);
        }
        // The client removes the snapshot before the record.
        if (!has('keep-snapshot') && snapshotKey !== '')
          await withoutMissing(client.snapshotter(snapshotter).remove(snapshotKey));
        await client.containers.delete(id);
      } catch (error) {
        first ??= error;
        log('error', `failed to delete container ${JSON.stringify(id)}`, (error as Error).message);
      }
    }
    if (first !== undefined) throw first;
  },
};

const withoutMissing = async (removal: Promise<void>): Promise<void> => {
  try {
    await removal;
  } catch (error) {
    if (!isClass(error, 'NotFound')) throw error;
  }
};

export const containers: CtrCommand = {
  names: ['containers', 'c', 'container'],
  usage: 'manage containers',
  commands: [create, remove, info, list, label],
};
