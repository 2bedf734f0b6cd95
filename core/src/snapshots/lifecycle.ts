/**
 * The lifecycle machine: the one judge of what may happen to a key or a name.
 *
 *                 prepare                    commit (the key's side)
 *     ┌────────┐ ─────────▶ ┌────────┐ ─────────────────────────▶ ┌────────┐
 *     │ Absent │            │ Active │                            │ Absent │
 *     └────────┘ ◀───────── └────────┘                            └────────┘
 *        │  ▲      remove                    name (the name's side, same transaction)
 *   view │  │ remove                         ┌────────┐ ─────────▶ ┌───────────┐
 *        ▼  │                               │ Absent │            │ Committed │
 *     ┌────────┐                            └────────┘ ◀───────── └───────────┘
 *     │  View  │                                         remove (no children)
 *     └────────┘
 *
 * A machine is about one string in the flat space of keys and names. containerd's documentation is explicit that an
 * active snapshot never becomes a committed one, so there is no arrow from Active to Committed: `Commit(name, key)` is
 * two events, `name` on the name and `commit` on the key, in one transaction and in this order (which is why committing
 * under a taken name is AlreadyExists even when the key is gone, too).
 *
 * The machine is total: every state has an answer to every call. A call that is refused is a transition without target
 * and action (xstate's "forbidden" transition, `snapshot.can()` is false) whose `meta.refusal` names the row of
 * `MESSAGES` that is thrown. The order of the guards is containerd's order of checks.
 */
import { setup } from 'xstate';
import type { EventObject, MetaObject, NonReducibleUnknown, StateMachine, StateSchema } from 'xstate';
import { refusal } from './errors.ts';
import type { ErrorData } from './errors.ts';
import { MESSAGES } from './messages.ts';
import type { Reason } from './messages.ts';
import type { Kind } from './snapshotter.ts';

/** What a key or name stands for at the moment. */
export type EntityState = 'Absent' | Kind;

/** What the parent given to `prepare` or `view` is; `'none'` when none was given. */
export type ParentFact = 'none' | EntityState;

/** What the parent given to `commit` asks for: nothing new, a parent other than the one it has, or a rebase onto one. */
export type RebaseFact = 'keep' | 'conflict' | EntityState;

/** A call, with the facts about other snapshots that decide it. */
export type LifecycleEvent =
  | { readonly type: 'prepare' | 'view'; readonly parent: ParentFact }
  | { readonly type: 'commit'; readonly rebase: RebaseFact }
  | { readonly type: 'name' }
  | { readonly type: 'remove'; readonly children: boolean }
  | { readonly type: 'update'; readonly fixedField: boolean }
  | { readonly type: 'mounts' | 'stat' | 'usage' };

/** What a transition carries for those who draw or test the machine. */
export interface LifecycleMeta extends MetaObject {
  /** The row of `MESSAGES` that is thrown; absent when the call is accepted. */
  readonly refusal?: Reason;
}

type LifecycleGuard =
  | { readonly type: 'parentMissing'; readonly params: NonReducibleUnknown }
  | { readonly type: 'parentNotCommitted'; readonly params: NonReducibleUnknown }
  | { readonly type: 'rebaseConflicts'; readonly params: NonReducibleUnknown }
  | { readonly type: 'rebaseParentMissing'; readonly params: NonReducibleUnknown }
  | { readonly type: 'rebaseParentNotCommitted'; readonly params: NonReducibleUnknown }
  | { readonly type: 'hasChildren'; readonly params: NonReducibleUnknown }
  | { readonly type: 'fieldFixed'; readonly params: NonReducibleUnknown };

/** The machine's type, written out for the readers of its declarations. */
export type LifecycleMachine = StateMachine<
  Record<string, never>,
  LifecycleEvent,
  Record<string, never>,
  never,
  never,
  LifecycleGuard,
  never,
  EntityState,
  string,
  NonReducibleUnknown,
  NonReducibleUnknown,
  EventObject,
  LifecycleMeta,
  StateSchema
>;

const uncommitted = (fact: string): boolean => fact === 'View' || fact === 'Active';

const refuse = (reason: Reason): { readonly meta: { readonly refusal: Reason }; readonly description: string } => ({
  meta: { refusal: reason },
  description: MESSAGES[reason].advice,
});

const onlyIf = <Guard extends string>(
  guard: Guard,
  reason: Reason,
): { readonly guard: Guard } & ReturnType<typeof refuse> => ({
  guard,
  ...refuse(reason),
});

const PARENT_CHECKS = [onlyIf('parentMissing', 'parent-missing'), onlyIf('parentNotCommitted', 'parent-not-committed')];
const KEY_TAKEN = [...PARENT_CHECKS, refuse('key-taken')];
const FIELD_CHECK = onlyIf('fieldFixed', 'field-fixed');

/** The machine itself, for drawing it and for walking its paths; to judge a call use the functions below. */
export const lifecycle: LifecycleMachine = setup({
  types: {} as { context: Record<string, never>; events: LifecycleEvent; meta: LifecycleMeta },
  guards: {
    parentMissing: ({ event }) => 'parent' in event && event.parent === 'Absent',
    parentNotCommitted: ({ event }) => 'parent' in event && uncommitted(event.parent),
    rebaseConflicts: ({ event }) => event.type === 'commit' && event.rebase === 'conflict',
    rebaseParentMissing: ({ event }) => event.type === 'commit' && event.rebase === 'Absent',
    rebaseParentNotCommitted: ({ event }) => event.type === 'commit' && uncommitted(event.rebase),
    hasChildren: ({ event }) => event.type === 'remove' && event.children,
    fieldFixed: ({ event }) => event.type === 'update' && event.fixedField,
  },
}).createMachine({
  id: 'snapshot',
  context: {},
  initial: 'Absent',
  states: {
    Absent: {
      description: 'Nothing has this key or name.',
      on: {
        prepare: [...PARENT_CHECKS, { target: 'Active', description: 'A writable snapshot begins.' }],
        view: [...PARENT_CHECKS, { target: 'View', description: 'A read-only snapshot begins.' }],
        name: { target: 'Committed', description: 'A commit gives this name to what was an active snapshot.' },
        commit: refuse('active-missing'),
        remove: refuse('remove-missing'),
        update: refuse('snapshot-missing'),
        mounts: refuse('snapshot-missing'),
        stat: refuse('snapshot-missing'),
        usage: refuse('snapshot-missing'),
      },
    },
    Active: {
      description: 'A writable snapshot under a key.',
      on: {
        prepare: KEY_TAKEN,
        view: KEY_TAKEN,
        name: refuse('name-taken'),
        commit: [
          onlyIf('rebaseConflicts', 'rebase-conflict'),
          onlyIf('rebaseParentMissing', 'rebase-parent-missing'),
          onlyIf('rebaseParentNotCommitted', 'rebase-parent-not-committed'),
          { target: 'Absent', description: 'The key ends; its content goes on under the name.' },
        ],
        remove: { target: 'Absent', description: 'Its changes are dropped.' },
        update: [FIELD_CHECK, { target: 'Active', description: 'Labels change.' }],
        mounts: { target: 'Active', description: 'The mounts that prepare answered.' },
        stat: { target: 'Active' },
        usage: { target: 'Active', description: 'Measured now.' },
      },
    },
    View: {
      description: 'A read-only snapshot under a key.',
      on: {
        prepare: KEY_TAKEN,
        view: KEY_TAKEN,
        name: refuse('name-taken'),
        commit: refuse('not-active'),
        remove: { target: 'Absent' },
        update: [FIELD_CHECK, { target: 'View', description: 'Labels change.' }],
        mounts: { target: 'View', description: 'The mounts that view answered.' },
        stat: { target: 'View' },
        usage: { target: 'View', description: 'Nothing of its own.' },
      },
    },
    Committed: {
      description: 'An immutable snapshot under a name: what others can be built on.',
      on: {
        prepare: KEY_TAKEN,
        view: KEY_TAKEN,
        name: refuse('name-taken'),
        commit: refuse('not-active'),
        remove: [onlyIf('hasChildren', 'has-children'), { target: 'Absent' }],
        update: [FIELD_CHECK, { target: 'Committed', description: 'Labels change.' }],
        mounts: refuse('not-mountable'),
        stat: { target: 'Committed' },
        usage: { target: 'Committed', description: 'As counted at commit.' },
      },
    },
  },
});

/** The machine at rest in each state: it has no context, so these four values are all there are. */
const AT = {
  Absent: lifecycle.resolveState({ value: 'Absent', context: {} }),
  Active: lifecycle.resolveState({ value: 'Active', context: {} }),
  View: lifecycle.resolveState({ value: 'View', context: {} }),
  Committed: lifecycle.resolveState({ value: 'Committed', context: {} }),
} as const;

/** What the machine answers to an event: the row of `MESSAGES` that refuses it, or the state after it. */
interface Answer {
  readonly refused: Reason | undefined;
  readonly next: EntityState;
}

/**
 * Selects the transition. Taking it is reading its target, because no state has entry, exit or context; `transition()`
 * of xstate gives the same state and builds a snapshot on the way.
 */
const ask = (state: EntityState, event: LifecycleEvent): Answer => {
  const [chosen] = lifecycle.getTransitionData(AT[state], event);
  const meta = chosen?.meta as LifecycleMeta | undefined;
  return { refused: meta?.refusal, next: (chosen?.target?.[0]?.key ?? state) as EntityState };
};

/** The guards are functions of the event alone, and there are a hundred events: each is asked once, in each state. */
const asked: { readonly [state in EntityState]: { [type: string]: { [fact: string]: Answer } } } = {
  Absent: {},
  Active: {},
  View: {},
  Committed: {},
};

const factOf = (event: LifecycleEvent): string => {
  if ('parent' in event) return event.parent;
  if (event.type === 'commit') return event.rebase;
  if (event.type === 'remove') return event.children ? 'children' : '';
  return event.type === 'update' && event.fixedField ? 'fixed' : '';
};

/**
 * Asks the machine: answers the state after `event`, or throws the `ContainerdError` of the refusal, with `data` in its
 * text.
 */
export const judge = (state: EntityState, event: LifecycleEvent, data: ErrorData): EntityState => {
  const facts = (asked[state][event.type] ??= {});
  const answer = (facts[factOf(event)] ??= ask(state, event));
  if (answer.refused !== undefined) throw refusal(answer.refused, data);
  return answer.next;
};
