import { ContainerdError, MESSAGES, judge, lifecycle } from '@layerscope/core/snapshots';
import type { EntityState, LifecycleEvent } from '@layerscope/core/snapshots';
import { describe, expect, it } from 'vitest';
import { createActor } from 'xstate';
import { getAdjacencyMap, getShortestPaths, toDirectedGraph } from 'xstate/graph';

const PARENTS = ['none', 'Absent', 'View', 'Active', 'Committed'] as const;
const REBASES = ['keep', 'conflict', 'Absent', 'View', 'Active', 'Committed'] as const;
const EVENTS: readonly LifecycleEvent[] = [
  ...PARENTS.map((parent) => ({ type: 'prepare', parent }) as const),
  ...PARENTS.map((parent) => ({ type: 'view', parent }) as const),
  ...REBASES.map((rebase) => ({ type: 'commit', rebase }) as const),
  { type: 'name' },
  { type: 'remove', children: false },
  { type: 'remove', children: true },
  { type: 'update', fixedField: false },
  { type: 'update', fixedField: true },
  { type: 'mounts' },
  { type: 'stat' },
  { type: 'usage' },
];
const STATES: readonly EntityState[] = ['Absent', 'Active', 'View', 'Committed'];

const at = (state: EntityState): ReturnType<typeof lifecycle.resolveState> =>
  lifecycle.resolveState({ value: state, context: {} });

const nothing = (): void => {};
const actor = createActor(lifecycle);
/** What the machine asks of an actor, made once. */
const SCOPE: Parameters<typeof lifecycle.transition>[2] = {
  self: actor,
  id: actor.id,
  sessionId: actor.sessionId,
  system: actor.system,
  logger: nothing,
  defer: nothing,
  emit: nothing,
  stopChild: nothing,
  actionExecutor: nothing,
};

const answer = (state: EntityState, event: LifecycleEvent): string => {
  try {
    return judge(state, event, { key: 'k', name: 'n', parent: 'p', path: 'x' });
  } catch (error) {
    return (error as ContainerdError).message;
  }
};

describe('the machine', () => {
  it('answers every call in every state', () => {
    for (const state of STATES) {
      for (const event of EVENTS) {
        expect(lifecycle.getTransitionData(at(state), event), `${state} ${event.type}`).toHaveLength(1);
      }
    }
  });

  it('is what judge says: the same state after an accepted call, and can() for whether it is one', () => {
    for (const state of STATES) {
      for (const event of EVENTS) {
        const before = at(state);
        const after = lifecycle.transition(before, event, SCOPE);
        const accepted = STATES.includes(answer(state, event) as EntityState);
        expect(before.can(event), `${state} ${JSON.stringify(event)}`).toBe(accepted);
        expect(after.value).toBe(accepted ? answer(state, event) : state);
      }
    }
  });

  it('never turns an active snapshot into a committed one', () => {
    for (const event of EVENTS) expect(answer('Active', event)).not.toBe('Committed');
  });

  it('says why with a row of the table of messages, and describes it', () => {
    const edges = toDirectedGraph(lifecycle).children.flatMap((node) => node.edges);
    for (const { transition } of edges) {
      const refused = (transition.meta as { refusal?: keyof typeof MESSAGES } | undefined)?.refusal;
      expect(transition.target?.length ?? 0).toBe(refused === undefined ? 1 : 0);
    }
    const refusals = edges.flatMap(({ transition }) =>
      transition.meta === undefined ? [] : [[transition.meta['refusal'] as keyof typeof MESSAGES, transition] as const],
    );
    expect(refusals.length).toBeGreaterThan(20);
    for (const [reason, { description }] of refusals) expect(description).toBe(MESSAGES[reason].advice);
  });

  it('lets a graph walker reach every state', () => {
    const paths = getShortestPaths(lifecycle, { events: [...EVENTS] });
    expect(paths.map(({ state }) => state.value).toSorted()).toEqual(STATES.toSorted());
    expect(Object.keys(getAdjacencyMap(lifecycle, { events: [...EVENTS] }))).toHaveLength(STATES.length);
  });
});

describe('refusals', () => {
  const table: readonly (readonly [EntityState, LifecycleEvent, string])[] = [
    ['Absent', { type: 'prepare', parent: 'none' }, 'Active'],
    ['Absent', { type: 'view', parent: 'Committed' }, 'View'],
    ['Absent', { type: 'name' }, 'Committed'],
    ['Absent', { type: 'prepare', parent: 'Absent' }, 'missing parent "p" bucket: not found'],
    ['Absent', { type: 'view', parent: 'View' }, 'parent "p" is not committed snapshot: invalid argument'],
    ['Absent', { type: 'commit', rebase: 'keep' }, 'failed to get active snapshot "k": not found'],
    ['Absent', { type: 'remove', children: false }, 'snapshot k: not found'],
    ['Absent', { type: 'stat' }, 'snapshot does not exist: not found'],
    ['Active', { type: 'prepare', parent: 'Absent' }, 'missing parent "p" bucket: not found'],
    ['Active', { type: 'prepare', parent: 'none' }, 'snapshot k: already exists'],
    ['Active', { type: 'name' }, 'committed snapshot n: already exists'],
    ['Active', { type: 'commit', rebase: 'Committed' }, 'Absent'],
    [
      'Active',
      { type: 'commit', rebase: 'conflict' },
      'cannot change parent of active snapshot "k" on commit: invalid argument',
    ],
    ['Active', { type: 'commit', rebase: 'Absent' }, 'missing parent "p" of snapshot "k": not found'],
    ['Active', { type: 'commit', rebase: 'View' }, 'parent "p" is not committed: failed precondition'],
    ['Active', { type: 'update', fixedField: true }, 'cannot update "x" field on snapshot "n": invalid argument'],
    ['View', { type: 'commit', rebase: 'keep' }, 'snapshot "k" is not active: failed precondition'],
    ['Committed', { type: 'mounts' }, 'requested snapshot k not active or view: failed precondition'],
    ['Committed', { type: 'remove', children: true }, 'cannot remove snapshot with child: failed precondition'],
    ['Committed', { type: 'remove', children: false }, 'Absent'],
  ];
  it.each(table)('%s: %o is %s', (state, event, expected) => {
    expect(answer(state, event)).toBe(expected);
  });
});
