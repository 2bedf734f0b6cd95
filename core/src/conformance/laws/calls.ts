/** Turns events of the lifecycle machine into calls of a snapshotter, arranging the facts they come with. */
import { judge } from '../../snapshots/index.ts';
import type { EntityState, LifecycleEvent, Snapshotter } from '../../snapshots/index.ts';
import { isClass } from '../../snapshots/index.ts';
import type { ContainerdError } from '../../snapshots/index.ts';

/** The key or name that the machine is about. */
export const ENTITY = 'entity';

/** What the machine says to an event: the state after it, or the refusal. */
export type Answer = { readonly next: EntityState } | { readonly refused: ContainerdError };

export const answerOf = (state: EntityState, event: LifecycleEvent): Answer => {
  try {
    return { next: judge(state, event, { key: ENTITY, name: ENTITY }) };
  } catch (error) {
    return { refused: error as ContainerdError };
  }
};

/** Every call with every combination of facts. A rebase needs a snapshotter that knows the option (containerd 2.2+). */
export const everyCall = (rebase: boolean): readonly LifecycleEvent[] => {
  const parents = ['none', 'Absent', 'View', 'Active', 'Committed'] as const;
  const rebases = rebase
    ? (['keep', 'conflict', 'Absent', 'View', 'Active', 'Committed'] as const)
    : (['keep'] as const);
  return [
    ...parents.map((parent) => ({ type: 'prepare', parent }) as const),
    ...parents.map((parent) => ({ type: 'view', parent }) as const),
    ...rebases.map((fact) => ({ type: 'commit', rebase: fact }) as const),
    { type: 'name' },
    { type: 'remove', children: false },
    { type: 'remove', children: true },
    { type: 'update', fixedField: false },
    { type: 'update', fixedField: true },
    { type: 'mounts' },
    { type: 'stat' },
    { type: 'usage' },
  ];
};

/** An event in words, e.g. "prepare (parent Active)". */
export const inWords = (event: LifecycleEvent): string => {
  if ('parent' in event) return `${event.type} (parent ${event.parent.toLowerCase()})`;
  if (event.type === 'commit')
    return `commit the key (parent ${event.rebase === 'keep' ? 'as it is' : event.rebase.toLowerCase()})`;
  if (event.type === 'name') return 'commit another key under it';
  if (event.type === 'remove') return event.children ? 'remove (it has a child)' : 'remove';
  if (event.type === 'update') return event.fixedField ? 'update a fixed field' : 'update labels';
  return event.type;
};

/** Answers the key or name of something that is what `fact` says; other calls use other numbers. */
const arrange = async (snapshotter: Snapshotter, fact: EntityState, number: number): Promise<string> => {
  const key = `${fact.toLowerCase()}-${number}`;
  if (fact === 'View') await snapshotter.view(key, '');
  if (fact === 'Active') await snapshotter.prepare(key, '');
  if (fact === 'Committed') {
    await snapshotter.prepare(`${key}-preparing`, '');
    await snapshotter.commit(key, `${key}-preparing`);
  }
  return key;
};

/**
 * Makes the call that `event` stands for to `ENTITY`, which is in `state`. `number` is unique among the calls to one
 * snapshotter.
 */
export const perform = async (
  snapshotter: Snapshotter,
  state: EntityState,
  event: LifecycleEvent,
  number: number,
): Promise<void> => {
  switch (event.type) {
    case 'prepare':
    case 'view': {
      const parent = event.parent === 'none' ? '' : await arrange(snapshotter, event.parent, number);
      await snapshotter[event.type](ENTITY, parent);
      return;
    }
    case 'commit': {
      const { rebase } = event;
      const fact = rebase === 'conflict' ? 'Committed' : rebase;
      const options = fact === 'keep' ? {} : { parent: await arrange(snapshotter, fact, number) };
      await snapshotter.commit(`name-${number}`, ENTITY, options);
      return;
    }
    case 'name': {
      await snapshotter.commit(ENTITY, await arrange(snapshotter, 'Active', number));
      return;
    }
    case 'remove': {
      if (event.children && state === 'Committed') await snapshotter.prepare(`child-${number}`, ENTITY);
      await snapshotter.remove(ENTITY);
      return;
    }
    case 'update': {
      const path = event.fixedField ? 'parent' : 'labels.number';
      await snapshotter.update({ name: ENTITY, labels: { number: String(number) } }, path);
      return;
    }
    default:
      await snapshotter[event.type](ENTITY);
  }
};

/** What `ENTITY` is by the snapshotter's own word. */
export const stateIn = async (snapshotter: Snapshotter): Promise<EntityState> => {
  try {
    return (await snapshotter.stat(ENTITY)).kind;
  } catch (error) {
    if (isClass(error, 'NotFound')) return 'Absent';
    throw error;
  }
};
