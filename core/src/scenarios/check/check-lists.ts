import type { Sandbox } from '../../sandbox/index.ts';
import { type Bindings, filledIn, matches } from '../pattern.ts';
import type { Check, ListCheck } from '../schema/check.ts';
import type { Report } from './report.ts';

/** Compares names of things with what is wanted of them. */
export const checkNames = (
  { has = [], lacks = [], count }: Omit<ListCheck, 'namespace'>,
  names: readonly string[],
  bindings: Bindings,
  report: Report,
): void => {
  const present = names.length === 0 ? 'none at all' : names.join(', ');
  for (const pattern of has)
    if (!names.some((name) => matches(pattern, name, bindings)))
      report.add(filledIn(pattern, bindings), 'to be there', present);
  for (const pattern of lacks) {
    const name = names.find((each) => matches(pattern, each, bindings));
    if (name !== undefined) report.add(name, 'not to be there', 'there');
  }
  if (count !== undefined && count !== names.length) report.add('count', String(count), `${names.length}: ${present}`);
};

type ListName = 'images' | 'containers' | 'leases' | 'content' | 'mounts';

const namesOf = async (node: Sandbox, list: ListName, namespace: string | undefined): Promise<readonly string[]> => {
  if (list === 'mounts') return node.kernel.mounts().map(({ target }) => target);
  const client = node.client(namespace);
  switch (list) {
    case 'images':
      return (await client.images.list()).map(({ name }) => name);
    case 'containers':
      return (await client.containers.list()).map(({ id }) => id);
    case 'leases':
      return (await client.leases.list()).map(({ id }) => id);
    case 'content': {
      const digests: string[] = [];
      for await (const { digest } of client.content.walk()) digests.push(digest);
      return digests;
    }
  }
};

const LISTS: readonly ListName[] = ['images', 'containers', 'leases', 'content', 'mounts'];

export const checkLists = async (node: Sandbox, check: Check, bindings: Bindings, report: Report): Promise<void> => {
  for (const list of LISTS) {
    const wanted = check[list];
    if (wanted === undefined) continue;
    checkNames(wanted, await namesOf(node, list, wanted.namespace), bindings, report.under(list));
  }
};
