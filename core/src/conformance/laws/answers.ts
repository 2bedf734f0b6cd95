/**
 * Laws made from the lifecycle machine itself: `xstate/graph` finds the ways into every state, and from there every
 * call has to be answered as the machine answers it.
 */
import { getSimplePaths } from 'xstate/graph';
import { seededRandom } from '../../fs/index.ts';
import { lifecycle } from '../../snapshots/index.ts';
import type { EntityState, LifecycleEvent } from '../../snapshots/index.ts';
import { demandEqual, demandRefused } from '../law.ts';
import type { Law } from '../law.ts';
import type { SnapshotterSubject } from '../scene.ts';
import { ENTITY, answerOf, everyCall, inWords, perform, stateIn } from './calls.ts';

type SnapshotterLaw = Law<SnapshotterSubject>;

interface Route {
  readonly state: EntityState;
  readonly events: readonly LifecycleEvent[];
}

/** Whether the facts of an event can be so when its entity is in that state, reached on that route. */
const possible = ({ state, events }: Route, event: LifecycleEvent): boolean => {
  if (event.type === 'remove' && event.children) return state === 'Committed';
  if (event.type !== 'commit' || event.rebase === 'keep') return true;
  // A commit asks for a new parent: in conflict when there is one already, and not when there is none.
  const first = events[0];
  const hasParent = first !== undefined && 'parent' in first && first.parent === 'Committed';
  return state === 'Active' && hasParent === (event.rebase === 'conflict');
};

/** Ways through the machine without loops, one for each sequence of events. */
const routes = (): readonly Route[] =>
  getSimplePaths(lifecycle, { events: [...everyCall(false)] }).map(({ state, steps }) => ({
    state: state.value,
    // The first step of a path is the machine's own start.
    events: steps.map(({ event }) => event).filter(({ type }) => !type.startsWith('xstate.')),
  }));

const lawFor = (route: Route, event: LifecycleEvent): SnapshotterLaw => {
  const answer = answerOf(route.state, event);
  const way = route.events.length === 0 ? '' : ` after ${route.events.map(inWords).join(', ')}`;
  const outcome = 'next' in answer ? `is accepted and leaves it ${answer.next}` : `is ${answer.refused.code}`;
  return {
    name: `${route.state}${way}: ${inWords(event)}`,
    rule: `To a key or name that is ${route.state}${way}, "${inWords(event)}" ${outcome}.`,
    async run({ snapshotter }) {
      let state: EntityState = 'Absent';
      let number = 0;
      for (const step of route.events) {
        await perform(snapshotter, state, step, ++number);
        const next = answerOf(state, step);
        state = 'next' in next ? next.next : state;
      }
      demandEqual('state before the call', await stateIn(snapshotter), route.state);
      const before = route.state === 'Absent' ? undefined : await snapshotter.stat(ENTITY);
      if ('next' in answer) {
        await perform(snapshotter, route.state, event, ++number);
        demandEqual('state after the call', await stateIn(snapshotter), answer.next);
        return;
      }
      const call = perform(snapshotter, route.state, event, ++number);
      await demandRefused(inWords(event), call, answer.refused.code);
      const after = before === undefined ? undefined : await snapshotter.stat(ENTITY);
      demandEqual('state after the refusal', await stateIn(snapshotter), route.state);
      demandEqual('what stat tells after the refusal', after, before);
    },
  };
};

const HISTORY_LENGTH = 300;
const HISTORY_SEED = 20;

const longHistory = (rebase: boolean): SnapshotterLaw => ({
  name: 'A long history',
  rule: `After each of ${HISTORY_LENGTH} calls in a mixed order a key is what the machine says it is.`,
  async run({ snapshotter }) {
    const random = seededRandom(HISTORY_SEED);
    const calls = everyCall(rebase);
    let state: EntityState = 'Absent';
    let events: readonly LifecycleEvent[] = [];
    for (let number = 1; number <= HISTORY_LENGTH; number++) {
      const candidates = calls.filter((event) => possible({ state, events }, event) && !leavesChild(event));
      const event = candidates[((random.bytes(1)[0] ?? 0) * candidates.length) >> 8];
      if (event === undefined) continue;
      const answer = answerOf(state, event);
      const call = perform(snapshotter, state, event, number);
      const what = `call ${number}, ${inWords(event)} when ${state}`;
      if ('refused' in answer) {
        await demandRefused(what, call, answer.refused.code);
      } else {
        await call;
        if (answer.next !== state) events = [event];
        state = answer.next;
      }
      demandEqual(`state after ${what}`, await stateIn(snapshotter), state);
    }
  },
});

/** A child would stay, and hold its parent for the rest of the history. */
const leavesChild = (event: LifecycleEvent): boolean => event.type === 'remove' && event.children;

/** One law for each way into a state and each call that is possible there, and one for many calls in a row. */
export const answerLaws = (rebase: boolean): readonly SnapshotterLaw[] => [
  ...routes().flatMap((route) =>
    everyCall(rebase)
      .filter((event) => possible(route, event))
      .map((event) => lawFor(route, event)),
  ),
  longHistory(rebase),
];
