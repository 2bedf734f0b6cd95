import { isClass } from '../../snapshots/index.ts';
import { quietFlag, type CtrCommand } from '../line/command.ts';
import { table } from '../print/table.ts';
import { labelsText } from '../print/units.ts';
import { refuse } from './support/failure.ts';
import { labelWords } from './support/labels.ts';

const create: CtrCommand = {
  names: ['create', 'c'],
  usage: 'create a new namespace',
  arguments: '<name> [<key>=<value>]',
  run: async ({ client, operands: [name = '', ...labels] }) => {
    if (name === '') refuse('please specify a namespace');
    await client.namespaces.create(name, labelWords(labels));
  },
};

const label: CtrCommand = {
  names: ['label'],
  usage: 'set and clear labels for a namespace',
  arguments: '<name> [<key>=<value>, ...]',
  run: async ({ client, operands: [name = '', ...labels] }) => {
    if (name === '') refuse('please specify a namespace');
    await client.namespaces.label(name, labelWords(labels));
  },
};

const list: CtrCommand = {
  names: ['list', 'ls'],
  usage: 'list namespaces',
  arguments: '[flags]',
  flags: [quietFlag('namespace name')],
  run: async ({ client, has, print }) => {
    const namespaces = await client.namespaces.list();
    if (has('quiet')) return print(namespaces.map(({ name }) => `${name}\n`).join(''));
    print(table([['NAME', 'LABELS', ''], ...namespaces.map(({ name, labels }) => [name, labelsText(labels), ''])]));
  },
};

const remove: CtrCommand = {
  names: ['remove', 'rm'],
  usage: 'remove one or more namespaces',
  arguments: '<name> [<name>, ...]',
  flags: [{ names: ['cgroup', 'c'], type: 'bool', usage: "delete the namespace's cgroup" }],
  run: async ({ client, operands, print, log }) => {
    let last: unknown;
    for (const name of operands) {
      try {
        await client.namespaces.delete(name);
      } catch (error) {
        if (!isClass(error, 'NotFound')) {
          last ??= new Error(`unable to delete ${name}: ${(error as Error).message}`);
          log('error', `unable to delete ${name}`, (error as Error).message);
          continue;
        }
      }
      print(`${name}\n`);
    }
    if (last !== undefined) throw last;
  },
};

export const namespaces: CtrCommand = {
  names: ['namespaces', 'namespace', 'ns'],
  usage: 'manage namespaces',
  commands: [create, list, remove, label],
};
